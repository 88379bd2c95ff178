-- One row per course folder of Canvas: what its newest archive says of the course, as of as_of, typed (sources.md 2.14).

with {{ staged_versions(source('raw', 'canvas__courses')) }}

select
    {{ version_columns() }},
    (payload ->> 'folder') || '-' || (payload #>> '{settings,course_code}') as readable_id,
    -- The readable id follows the course's code: another code is another resource, and the one before is retired.
    {{ values_seen(
        source('raw', 'canvas__courses'),
        "(history.payload ->> 'folder') || '-' || (history.payload #>> '{settings,course_code}')"
    ) }} as readable_ids_seen,
    payload #>> '{settings,title}' as title,
    -- Canvas exports the moments of its courses in UTC, without an offset.
    {{ utc_moment("payload #>> '{settings,start_at}'") }} as start_date,
    {{ utc_moment("payload #>> '{settings,conclude_at}'") }} as end_date,
    nullif(payload #>> '{context,course_id}', '') as course_id,
    nullif(payload #>> '{context,canvas_domain}', '') as canvas_domain
from versions

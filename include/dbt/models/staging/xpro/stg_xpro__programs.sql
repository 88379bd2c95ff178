-- One row per xPRO program: its version in force at as_of, typed and cleaned (sources.md 2.5).

with {{ staged_versions(source('raw', 'xpro__programs')) }}

select
    {{ version_columns() }},
    payload ->> 'readable_id' as readable_id,
    payload ->> 'platform' as platform_label,
    payload ->> 'title' as title,
    {{ cleaned_html("payload ->> 'description'") }} as description,
    payload ->> 'description' as run_description,
    payload ->> 'url' as url,
    payload ->> 'thumbnail_url' as thumbnail_url,
    {{ xpro_price('payload') }} as price,
    {{ json_list("payload -> 'topics'") }} as topics,
    {{ json_list("payload -> 'instructors'") }} as instructors,
    {{ json_list("payload -> 'courses'") }} as courses,
    payload ->> 'format' as delivery_label,
    payload ->> 'availability' as availability,
    (payload ->> 'credits')::numeric as credits,
    {{ utc_moment("payload ->> 'start_date'") }} as start_date,
    {{ utc_moment("payload ->> 'end_date'") }} as end_date,
    {{ utc_moment("payload ->> 'enrollment_start'") }} as enrollment_start,
    {{ effort_columns('payload') }},
    {{ values_seen(source('raw', 'xpro__programs'), "history.payload ->> 'platform'") }} as platform_labels_seen
from versions

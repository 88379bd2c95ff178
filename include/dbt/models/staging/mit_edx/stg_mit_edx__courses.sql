-- One row per course of edX.org's catalogue: its version in force at as_of, typed and cleaned (sources.md 2.1).

with {{ staged_versions(source('raw', 'mit_edx__courses')) }}

select
    {{ version_columns() }},
    payload ->> 'key' as readable_id,
    payload ->> 'title' as title,
    {{ cleaned_html("payload ->> 'short_description'") }} as description,
    {{ cleaned_html("payload ->> 'full_description'") }} as full_description,
    {{ edx_moment("payload ->> 'modified'") }} as modified_at,
    nullif(payload ->> 'marketing_url', '') as marketing_url,
    {{ json_object("payload -> 'image'") }} as image,
    {{ json_list("payload -> 'subjects'") }} as subjects,
    {{ json_list("payload -> 'course_runs'") }} as course_runs,
    {{ edx_is_mitx("payload -> 'owners'") }} as is_mitx,
    -- What never was MIT's is nobody's business here; what no longer is has to go.
    coalesce(
        {{ values_seen(source('raw', 'mit_edx__courses'), edx_is_mitx("history.payload -> 'owners'")) }} @> array[true], false
    ) as was_mitx
from versions

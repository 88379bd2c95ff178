-- One row per program of edX.org's Discovery service: its version in force at as_of, typed and cleaned (sources.md 2.2).

with {{ staged_versions(source('raw', 'mit_edx__programs')) }}

select
    {{ version_columns() }},
    payload ->> 'uuid' as readable_id,
    payload ->> 'title' as title,
    {{ cleaned_html("payload ->> 'subtitle'") }} as description,
    payload ->> 'subtitle' as run_description,
    {{ edx_moment("payload ->> 'data_modified_timestamp'") }} as modified_at,
    payload ->> 'key' as program_key,
    payload ->> 'marketing_url' as marketing_url,
    payload ->> 'type' as program_type,
    payload ->> 'status' as status,
    payload ->> 'level_type_override' as level_label,
    nullif(payload #>> '{banner_image,medium,url}', '') as image_url,
    {{ json_list("payload -> 'courses'") }} as courses,
    {{ edx_is_mitx("payload -> 'authoring_organizations'") }} as is_mitx,
    -- What never was MIT's is nobody's business here; what no longer is has to go.
    coalesce(
        {{ values_seen(
            source('raw', 'mit_edx__programs'), edx_is_mitx("history.payload -> 'authoring_organizations'")
        ) }} @> array[true],
        false
    ) as was_mitx
from versions

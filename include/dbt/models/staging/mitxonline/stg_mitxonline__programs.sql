-- One row per MITx Online program: its version in force at as_of, typed and cleaned (sources.md 2.4).

with {{ staged_versions(mitxonline_raw('programs'), more={'page': json_object("payload -> 'page'")}) }}

select
    {{ version_columns() }},
    (payload ->> 'id')::bigint as program_id,
    payload ->> 'readable_id' as readable_id,
    payload ->> 'title' as title,
    {{ cleaned_html("page ->> 'description'") }} as description,
    nullif(page ->> 'page_url', '') as page_url,
    {{ is_truthy("page -> 'live'") }} as is_live,
    -- For programs this flag lies inside the page; for courses beside it.
    {{ is_truthy("page -> 'include_in_learn_catalog'") }} as is_in_learn_catalog,
    page ->> 'feature_image_src' as image_path,
    coalesce(payload ->> 'display_mode', '') = 'course' as is_displayed_as_course,
    payload ->> 'display_mode' as display_mode,
    {{ json_list("payload -> 'req_tree'") }} as req_tree,
    {{ json_list("payload -> 'topics'") }} as topics,
    {{ json_list("payload -> 'departments'") }} as departments,
    payload -> 'enrollment_modes' as enrollment_modes,
    (payload ->> 'min_price')::numeric as min_price,
    (payload ->> 'max_price')::numeric as max_price,
    payload ->> 'certificate_type' as certificate_type,
    payload ->> 'availability' as availability,
    {{ utc_moment("payload ->> 'start_date'") }} as start_date,
    {{ utc_moment("payload ->> 'end_date'") }} as end_date,
    {{ utc_moment("payload ->> 'enrollment_start'") }} as enrollment_start,
    {{ utc_moment("payload ->> 'enrollment_end'") }} as enrollment_end,
    {{ effort_columns('payload') }}
from versions

-- One row per MITx Online course: its version in force at as_of, typed and cleaned (sources.md 2.3).

with {{ staged_versions(mitxonline_raw('courses'), more={'page': json_object("payload -> 'page'")}) }}

select
    {{ version_columns() }},
    (payload ->> 'id')::bigint as course_id,
    payload ->> 'readable_id' as readable_id,
    payload ->> 'title' as title,
    {{ cleaned_html("page ->> 'description'") }} as description,
    nullif(page ->> 'page_url', '') as page_url,
    {{ is_truthy("page -> 'live'") }} as is_live,
    page ->> 'feature_image_src' as image_path,
    {{ json_list("page -> 'instructors'") }} as instructors,
    {{ is_truthy("payload -> 'include_in_learn_catalog'") }} as is_in_learn_catalog,
    coalesce(payload -> 'ingest_content_files_for_ai', 'false'::jsonb) as force_ingest,
    {{ json_list("payload -> 'topics'") }} as topics,
    {{ json_list("payload -> 'departments'") }} as departments,
    {{ json_list("payload -> 'courseruns'") }} as course_runs,
    {{ json_list("payload -> 'possible_variant_sets'") }} as variant_sets,
    (payload ->> 'min_price')::numeric as min_price,
    (payload ->> 'max_price')::numeric as max_price,
    payload ->> 'certificate_type' as certificate_type,
    payload ->> 'availability' as availability,
    {{ effort_columns('payload') }}
from versions

{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='source_key',
    indexes=[{'columns': ['source_key'], 'unique': true}, {'columns': ['resource_key']}]
) }}

-- Every record of every source in one shape (sources.md 1.2): scalars typed, and the record as a whole. The parity check compares the
-- records; the models after this one know no source.

with sources as (

    {{ normalized_records() }}

)

select
    source_key,
    resource_key,
    former_resource_keys,
    child_resource_keys,
    is_removed,
    is_published,
    last_modified,
    completeness,
    content_hash,
    record,
    record ->> 'etl_source' as etl_source,
    record ->> 'platform' as platform_code,
    record ->> 'resource_type' as resource_type,
    record ->> 'readable_id' as readable_id,
    record ->> 'title' as title,
    record ->> 'description' as description,
    record ->> 'full_description' as full_description,
    record ->> 'url' as url,
    record ->> 'resource_category' as resource_category,
    record #>> '{offered_by,code}' as offered_by_code,
    record ->> 'availability' as availability,
    record ->> 'certification_type' as certification_type,
    (record ->> 'certification')::boolean as certification,
    (record ->> 'professional')::boolean as professional,
    (record ->> 'license_cc')::boolean as license_cc,
    {{ is_truthy("record -> 'force_ingest'") }} as force_ingest,
    (record ->> 'continuing_ed_credits')::numeric(5, 2) as continuing_ed_credits,
    {{ text_array("record -> 'languages'") }} as languages,
    {{ text_array("record -> 'delivery'") }} as delivery,
    {{ text_array("record -> 'format'") }} as format,
    {{ text_array("record -> 'pace'") }} as pace,
    {{ text_array("record -> 'ocw_topics'") }} as ocw_topics,
    {{ text_array("record -> 'departments'") }} as departments,
    {{ text_array("record -> 'content_tags'") }} as content_tags
from sources
{% if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as kept
        where
            kept.source_key = sources.source_key
            and kept.content_hash = sources.content_hash
            and kept.resource_key is not distinct from sources.resource_key
            and kept.former_resource_keys = sources.former_resource_keys
    )
{% endif %}

{{ config(materialized='ephemeral') }}

-- Courses and programs of Professional Learning together, as far as their department has a platform: the others have a better feed of
-- their own. A node may have a page for each of its terms: the one whose last run ends last is the resource, the others are superseded.

with documents as (

    select
        'course' as resource_type,
        staged.*
    from {{ ref('stg_prolearn__courses') }} as staged

    union all

    select
        'program' as resource_type,
        staged.*
    from {{ ref('stg_prolearn__programs') }} as staged

),

placed as (

    select
        documents.*,
        labels.platform_code,
        (
            select to_timestamp(max(dates.ends_at::bigint))
            from jsonb_array_elements_text(documents.ends) as dates (ends_at)
        ) as ends_at
    from documents
    inner join {{ ref('platform_labels') }} as labels
        on documents.department = labels.label and labels.etl_source = 'prolearn'

)

select
    resource_type || '|' || record_key as record_key,
    source_version_id,
    is_removed,
    resource_type,
    'prolearn-' || platform_code || '-' || node_id as readable_id,
    platform_code,
    title,
    description,
    url,
    image_url,
    certificate_name,
    topic,
    {{ delivery_codes('delivery_label') }} as delivery,
    price,
    credits,
    duration,
    min_weeks,
    max_weeks,
    time_commitment,
    min_weekly_hours,
    max_weekly_hours,
    starts,
    ends,
    ends_at,
    related_node_ids,
    row_number() over (
        partition by resource_type, platform_code, node_id
        order by is_removed, ends_at desc nulls last, record_key
    ) > 1 as is_superseded
from placed

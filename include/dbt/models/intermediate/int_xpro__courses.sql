{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key',
    indexes=[{'columns': ['record_key'], 'unique': true}, {'columns': ['resource_key']}]
) }}

-- One row per xPRO course as a normalized record.

with inputs as (

    select
        record_key,
        md5(concat_ws(
            '|', source_version_id, taxonomy.taxonomy_hash, '{{ code_hash() }}'
        )) as input_hash
    from {{ ref('stg_xpro__courses') }}
    cross join {{ taxonomy_hash() }} as taxonomy

),

changed as (

    {{ changed_keys('inputs', 'record_key') }}

)

select
    staged.record_key,
    course_records.platform_code || '|course|' || staged.readable_id as resource_key,
    {{ xpro_former_keys(
        'course', 'course_records.platform_code', 'staged.readable_id', 'staged.platform_labels_seen'
    ) }} as former_resource_keys,
    array[]::text[] as child_resource_keys,
    staged.is_removed,
    {{ is_publishable('staged.is_removed', 'course_records.record') }} as is_published,
    null::timestamptz as last_modified,
    null::double precision as completeness,
    course_records.record,
    md5(concat_ws('|', staged.is_removed, course_records.record)) as content_hash,
    staged.source_version_id,
    changed.input_hash,
    null::timestamptz as valid_from,
    null::timestamptz as next_change_at
from {{ ref('stg_xpro__courses') }} as staged
inner join changed on staged.record_key = changed.record_key
inner join {{ ref('int_xpro__course_records') }} as course_records on staged.record_key = course_records.course_key
where {{ only_keys('course_records.course_key', 'changed', 'record_key') }}

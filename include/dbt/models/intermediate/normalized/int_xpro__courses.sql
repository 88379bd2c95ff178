-- One row per xPRO course as a normalized record.

with {{ changed_records(ref('stg_xpro__courses')) }},

records as (

    select
        staged.record_key,
        staged.source_version_id,
        staged.is_removed,
        staged.readable_id,
        staged.platform_labels_seen,
        changed.input_hash,
        course_records.platform_code,
        course_records.record
    from {{ ref('stg_xpro__courses') }} as staged
    inner join changed on staged.record_key = changed.record_key
    inner join {{ ref('int_xpro__course_records') }} as course_records on staged.record_key = course_records.course_key
    where {{ only_keys('course_records.course_key', 'changed', 'record_key') }}

)

{{ normalized_rows(
    'records',
    former_keys=xpro_former_keys(
        'course', 'records.platform_code', 'records.readable_id', 'records.platform_labels_seen'
    )
) }}

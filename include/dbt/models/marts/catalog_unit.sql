with units as (

    {{ changed_units() }}

),

catalog_units as (

    select
        resource_key,
        etl_source,
        platform_code,
        resource_type,
        readable_id,
        unit_hash,
        is_removed,
        published,
        provided,
        best_run_id,
        -- When it was made, else last changed; what other feeds have begins when it is first seen.
        coalesce(source_created_at, last_modified) as created_hint,
        built_at
    from units

)

{{ as_contracted('catalog_units') }}

with units as (

    {{ changed_units() }}

),

resources as (

    select
        resource_key,
        readable_id,
        title,
        description,
        full_description,
        last_modified,
        published,
        languages,
        url,
        resource_type,
        platform_code as platform_id,
        etl_source,
        professional,
        offered_by_code as offered_by_id,
        next_start_date,
        certification,
        certification_type,
        array(
            select distinct (items.price ->> 'amount')::numeric(12, 2)
            from jsonb_array_elements(units.prices) as items (price)
            order by 1
        ) as prices,
        availability,
        completeness,
        delivery,
        continuing_ed_credits,
        license_cc,
        format,
        pace,
        ocw_topics,
        location,
        duration,
        max_weekly_hours,
        max_weeks,
        min_weekly_hours,
        min_weeks,
        time_commitment,
        resource_category,
        image_url,
        image_description,
        image_alt,
        force_ingest,
        source_created_at,
        built_at
    from units

)

{{ as_contracted('resources') }}

with units as (

    {{ changed_units() }}

),

runs as (

    select
        units.resource_key,
        entries.run ->> 'run_id' as run_id,
        entries.run ->> 'title' as title,
        entries.run ->> 'description' as description,
        entries.run ->> 'full_description' as full_description,
        entries.run ->> 'last_modified' as last_modified,
        (entries.run ->> 'published')::boolean as published,
        {{ text_array("entries.run -> 'languages'") }} as languages,
        entries.run ->> 'url' as url,
        coalesce({{ text_array("entries.run -> 'level'") }}, array[]::text[]) as level,
        entries.run ->> 'slug' as slug,
        entries.run ->> 'semester' as semester,
        {{ whole_number("entries.run ->> 'year'") }} as year,
        entries.run ->> 'start_date' as start_date,
        entries.run ->> 'end_date' as end_date,
        entries.run ->> 'enrollment_start' as enrollment_start,
        entries.run ->> 'enrollment_end' as enrollment_end,
        array(
            select distinct (items.price ->> 'amount')::numeric(12, 2)
            from jsonb_array_elements(entries.run -> 'prices') as items (price)
            order by 1
        ) as prices,
        coalesce({{ text_array("entries.run -> 'delivery'") }}, array['online']) as delivery,
        entries.run ->> 'availability' as availability,
        coalesce({{ text_array("entries.run -> 'format'") }}, array['asynchronous']) as format,
        coalesce({{ text_array("entries.run -> 'pace'") }}, array['self_paced']) as pace,
        coalesce(entries.run ->> 'location', '') as location,
        coalesce(entries.run ->> 'duration', '') as duration,
        (entries.run ->> 'max_weekly_hours')::integer as max_weekly_hours,
        (entries.run ->> 'max_weeks')::integer as max_weeks,
        (entries.run ->> 'min_weekly_hours')::integer as min_weekly_hours,
        (entries.run ->> 'min_weeks')::integer as min_weeks,
        coalesce(entries.run ->> 'time_commitment', '') as time_commitment,
        coalesce((entries.run ->> 'is_b2b')::boolean, false) as is_b2b,
        coalesce((entries.run ->> 'is_variant')::boolean, false) as is_variant,
        {{ image_columns("(entries.run -> 'image')") }},
        units.built_at
    from units
    cross join lateral jsonb_array_elements(units.runs) as entries (run)

)

{{ as_contracted('runs') }}

with units as (

    {{ changed_units() }}

),

instructors as (

    select
        units.resource_key,
        entries.run ->> 'run_id' as run_id,
        (items.instructor ->> 'position')::integer as position,
        items.instructor ->> 'full_name' as full_name,
        items.instructor ->> 'first_name' as first_name,
        items.instructor ->> 'last_name' as last_name,
        units.built_at
    from units
    cross join lateral jsonb_array_elements(units.runs) as entries (run)
    cross join lateral jsonb_array_elements(entries.run -> 'instructors') as items (instructor)

)

{{ as_contracted('instructors') }}

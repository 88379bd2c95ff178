with units as (

    {{ changed_units() }}

),

departments as (

    select
        units.resource_key,
        items.department_id,
        units.built_at
    from units
    cross join lateral unnest(units.departments) as items (department_id)

)

{{ as_contracted('departments') }}

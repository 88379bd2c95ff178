with units as (

    {{ changed_units() }}

),

programs as (

    select
        resource_key,
        built_at
    from units
    where resource_type = 'program'

)

{{ as_contracted('programs') }}

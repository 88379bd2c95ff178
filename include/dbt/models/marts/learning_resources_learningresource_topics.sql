with units as (

    {{ changed_units() }}

),

topics as (

    select
        units.resource_key,
        items.topic_name,
        units.built_at
    from units
    cross join lateral unnest(units.topics) as items (topic_name)

)

{{ as_contracted('topics') }}

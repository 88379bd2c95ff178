with units as (

    {{ changed_units() }}

),

tags as (

    select
        units.resource_key,
        items.tag_name,
        units.built_at
    from units
    cross join lateral unnest(units.tags) as items (tag_name)

)

{{ as_contracted('tags') }}

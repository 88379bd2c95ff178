with units as (

    {{ changed_units() }}

),

relationships as (

    select
        units.resource_key,
        items.child ->> 'child_resource_key' as child_resource_key,
        split_part(items.child ->> 'child_resource_key', '|', 1) as child_platform_id,
        split_part(items.child ->> 'child_resource_key', '|', 2) as child_resource_type,
        {{ readable_id_of("(items.child ->> 'child_resource_key')") }} as child_readable_id,
        items.child ->> 'relation_type' as relation_type,
        (items.child ->> 'position')::integer as position,
        units.built_at
    from units
    cross join lateral jsonb_array_elements(units.children) as items (child)

)

{{ as_contracted('relationships') }}

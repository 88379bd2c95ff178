-- No unit is left that no record stands behind: it would stay published for ever. A full refresh removes such units.

with known as (

    select resource_key
    from {{ ref('int_resources__normalized') }}

    union all

    select former.resource_key
    from {{ ref('int_resources__normalized') }} as normalized
    cross join lateral unnest(normalized.former_resource_keys) as former (resource_key)

)

select units.resource_key
from {{ ref('catalog_unit') }} as units
left join known on units.resource_key = known.resource_key
where known.resource_key is null

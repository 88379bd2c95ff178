-- No unit is left that no record stands behind: it would stay published for ever. A full refresh removes such units.

select units.resource_key
from {{ ref('catalog_unit') }} as units
left join {{ ref('int_resources__normalized') }} as normalized on units.resource_key = normalized.resource_key
where normalized.resource_key is null

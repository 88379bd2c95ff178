-- Text that people will see has none of the tags and attributes that cleaning takes away (sources.md 1.3).

select
    resource_key,
    record ->> 'description' as description
from {{ ref('int_resources__normalized') }}
where
    record ->> 'description' ~* '<\s*/?\s*(a|img|script|style|iframe|object|embed|form|input|table|h[1-6])\b'
    or record ->> 'description' ~ '<[a-z]+\s+[a-z-]+\s*='

-- Text that people will see has none of the tags and attributes that cleaning takes away (sources.md 1.3); texts of podcasts and of the
-- climate portal keep their links.

with texts as (

    select
        units.resource_key,
        case
            when units.etl_source in ('podcast', 'mit_climate')
                then regexp_replace(units.description, '<a( (href|title)="[^"]*")*>|</a>', '', 'g')
            else units.description
        end as description
    from {{ ref('int_resources__loadable') }} as units
    where
        {{ unpublished('units') }}
        and (units.etl_source != 'mit_climate' or {{ var('mit_climate_clean_html') }})

)

select
    resource_key,
    description
from texts
where
    description ~* '<\s*/?\s*(a|img|script|style|iframe|object|embed|form|input|table|h[1-6])\b'
    or description ~ '<[a-z]+\s+[a-z-]+\s*='

{{ config(materialized='ephemeral') }}

-- One row per offering of Sloan Executive Education, with the rules that look at one offering (sources.md 2.6). Title and address of a run
-- are its course's. A run that is over stays published, as in Learn (quirk Q17).

with offerings as (

    select
        offerings.*,
        offerings.delivery_label = 'Online' and offerings.format_label = 'Asynchronous (On-Demand)' as is_on_demand,
        {{ delivery_codes('offerings.delivery_label') }} as delivery,
        case
            when offerings.delivery_label = 'In Person' then '["synchronous"]'::jsonb
            when offerings.delivery_label = 'Blended' then '["synchronous", "asynchronous"]'::jsonb
            when strpos(offerings.format_label, 'Asynchronous') > 0 then '["asynchronous"]'::jsonb
            else '["synchronous"]'::jsonb
        end as formats
    from {{ ref('stg_see__offerings') }} as offerings
    where not offerings.is_removed

)

select
    course_id,
    first_version_id,
    credits,
    delivery,
    formats,
    case when is_on_demand then 'self_paced' else 'instructor_paced' end as pace,
    jsonb_build_object(
        'run_id', run_id,
        'start_date', {{ utc_text('start_date') }},
        'end_date', {{ utc_text('end_date') }},
        'status', 'Current',
        'published', true,
        'delivery', delivery,
        'format', formats,
        'availability', case when is_on_demand then 'anytime' else 'dated' end,
        'pace', jsonb_build_array(case when is_on_demand then 'self_paced' else 'instructor_paced' end),
        'location', case when delivery_label = 'Online' then '' else coalesce(location, '') end,
        'prices', case
            when price is null then '[]'::jsonb
            else jsonb_build_array(jsonb_build_object('amount', price, 'currency', currency))
        end,
        'instructors', (
            select coalesce(jsonb_agg(jsonb_build_object('full_name', btrim(names.name)) order by names.position), '[]'::jsonb)
            from string_to_table(faculty_names, ',') with ordinality as names (name, position)
        )
    ) || {{ effort_members('offerings') }} as run_record
from offerings

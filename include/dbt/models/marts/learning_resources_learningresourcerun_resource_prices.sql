with units as (

    {{ changed_units() }}

),

prices as (

    select
        units.resource_key,
        entries.run ->> 'run_id' as run_id,
        (items.price ->> 'amount')::numeric(12, 2) as amount,
        items.price ->> 'currency' as currency,
        units.built_at
    from units
    cross join lateral jsonb_array_elements(units.runs) as entries (run)
    cross join lateral jsonb_array_elements(entries.run -> 'prices') as items (price)

)

{{ as_contracted('prices') }}

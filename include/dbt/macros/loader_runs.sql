{#- The runs of each record as the loader stores them, one row per record that has any: (key, runs). -#}
{% macro loadable_run_sets(records) -%}
    select
        loadable.key,
        jsonb_agg(
            loadable.run || jsonb_build_object(
                'title', coalesce(loadable.run ->> 'title', loadable.resource_title),
                'published', coalesce((loadable.run ->> 'published')::boolean, true),
                'prices', loadable.prices,
                'instructors', loadable.instructors
            ) order by loadable.position
        ) as runs
    from (
        select
            given.key,
            given.position,
            given.run,
            given.resource_title,
            (
                select
                    coalesce(jsonb_agg(distinct jsonb_build_object(
                        'amount', (prices.price ->> 'amount')::numeric(12, 2), 'currency', prices.price ->> 'currency'
                    )), '[]'::jsonb)
                from jsonb_array_elements(
                    -- Nothing can be bought for a run that is over, or without a certificate.
                    case
                        when given.has_certification and coalesce(given.run ->> 'status', '') != 'Archived'
                            then {{ json_list("given.run -> 'prices'") }}
                        else '[]'::jsonb
                    end
                ) as prices (price)
            ) as prices,
            {{ loadable_instructors("given.run -> 'instructors'") }} as instructors
        from (
            -- A run id given twice is one run: the loader writes the later over the earlier.
            select distinct on (records.key, entries.run ->> 'run_id')
                records.key,
                records.has_certification,
                records.title as resource_title,
                entries.position,
                entries.run
            from {{ records }} as records
            cross join lateral jsonb_array_elements(records.given_runs) with ordinality as entries (run, position)
            order by records.key, entries.run ->> 'run_id', entries.position desc
        ) as given
    ) as loadable
    group by loadable.key
{%- endmacro %}

{#-
    Instructors of a run in order, each name once: the explicit full name, else first and last; blank names are dropped
    (sources.md 1.11).
-#}
{% macro loadable_instructors(json_items) -%}
    (
        select
            coalesce(jsonb_agg(
                jsonb_build_object(
                    'full_name', persons.full_name,
                    'first_name', persons.person ->> 'first_name',
                    'last_name', persons.person ->> 'last_name',
                    'position', persons.rank
                ) order by persons.rank
            ), '[]'::jsonb)
        from (
            select
                named.person,
                named.full_name,
                row_number() over (order by named.position) - 1 as rank
            from (
                select distinct on (btrim(full_names.full_name))
                    items.person,
                    items.position,
                    btrim(full_names.full_name) as full_name
                from jsonb_array_elements({{ json_list(json_items) }}) with ordinality as items (person, position)
                cross join lateral (
                    select coalesce(
                        nullif(btrim(items.person ->> 'full_name'), ''),
                        concat_ws(' ', items.person ->> 'first_name', items.person ->> 'last_name')
                    ) as full_name
                ) as full_names
                where btrim(full_names.full_name) != ''
                order by btrim(full_names.full_name), items.position
            ) as named
        ) as persons
    )
{%- endmacro %}

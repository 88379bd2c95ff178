{#-
    Source topics as taxonomy topics (sources.md 1.4): every name that the offeror maps the topic to; without a mapping the topic
    itself if the taxonomy has exactly that name; else nothing. Duplicates stay, as Learn's transforms leave them to the loader.
    `names` is a query of (name, position).
-#}
{% macro mapped_topics(names, offeror_code) -%}
    (
        select
            coalesce(
                jsonb_agg(
                    jsonb_build_object('name', coalesce(mappings.mapped_to, taxonomy.name))
                    order by incoming.position, mappings.position
                ),
                '[]'::jsonb
            )
        from ({{ names }}) as incoming
        left join {{ ref('topic_mappings') }} as mappings
            on incoming.name = mappings.topic_name and mappings.offeror_code = '{{ offeror_code }}'
        left join {{ ref('topics') }} as taxonomy
            on incoming.name = taxonomy.name
        where mappings.mapped_to is not null or taxonomy.name is not null
    )
{%- endmacro %}

{#- Ids of the departments with exactly these names, in their order (sources.md 2.3). `names` is a query of (name, position). -#}
{% macro department_ids(names) -%}
    (
        select coalesce(jsonb_agg(departments.department_id order by incoming.position), '[]'::jsonb)
        from ({{ names }}) as incoming
        inner join {{ ref('departments') }} as departments on incoming.name = departments.name
    )
{%- endmacro %}

{#-
    Course numbers as Learn stores them (sources.md 1.5). `numbers` is a query of (value, position), position from 1; the first is the
    primary one. `department_pattern` takes the department out of a number: from OCW the token before the first dot, elsewhere what
    stands between "+" and the next dot, which numbers of MITx Online and xPRO never have (quirk Q17).
-#}
{% macro course_number_list(numbers, department_pattern) -%}
    (
        select
            coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'value', numbered.value,
                        'listing_type', case when numbered.position = 1 then 'primary' else 'cross-listed' end,
                        'primary', numbered.position = 1,
                        'department', case
                            when departments.department_id is not null
                                then jsonb_build_object(
                                    'department_id', departments.department_id, 'name', departments.name
                                )
                        end,
                        'sort_coursenum', case
                            when departments.department_id ~ '^[0-9]$'
                                and starts_with(numbered.value, departments.department_id)
                                then '0' || numbered.value
                            else numbered.value
                        end
                    )
                    order by numbered.position
                ),
                '[]'::jsonb
            )
        from ({{ numbers }}) as numbered
        left join {{ ref('departments') }} as departments
            on departments.department_id = coalesce(
                nullif(substring(numbered.value from '{{ department_pattern }}'), '21W'),
                case when substring(numbered.value from '{{ department_pattern }}') = '21W' then 'CMS-W' end
            )
    )
{%- endmacro %}

{#- Fingerprint of the reference data that transforms look things up in: a change of the taxonomy re-evaluates every row. -#}
{% macro taxonomy_hash() -%}
    (
        select
            md5(concat_ws(
                '|',
                (select string_agg(topics::text, '|' order by topics.topic_uuid) from {{ ref('topics') }} as topics),
                (
                    select string_agg(mappings::text, '|' order by mappings.offeror_code, mappings.topic_name, mappings.position)
                    from {{ ref('topic_mappings') }} as mappings
                ),
                (
                    select string_agg(departments::text, '|' order by departments.department_id)
                    from {{ ref('departments') }} as departments
                ),
                (
                    select string_agg(labels::text, '|' order by labels.etl_source, labels.label)
                    from {{ ref('platform_labels') }} as labels
                )
            )) as taxonomy_hash
        -- Without this Postgres computes the hash again for every row that it stands beside.
        limit 1
    )
{%- endmacro %}

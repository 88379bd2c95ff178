{#-
    Incremental strategy of the marts: the rows of every unit that was built since this mart was written are replaced. A unit that has
    no rows left (its last price is gone) leaves none behind, which delete+insert on a key would not see.
-#}
{% macro get_incremental_replace_units_sql(arg_dict) -%}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}

    delete from {{ target_relation }}
    where resource_key in (
        select units.resource_key
        from {{ ref('int_resources__loadable') }} as units
        where units.built_at > (select coalesce(max(seen.built_at), '-infinity') from {{ target_relation }} as seen)
    );

    insert into {{ target_relation }} ({{ columns }})
    (
        select {{ columns }}
        from {{ arg_dict['temp_relation'] }}
    )
{%- endmacro %}

{#- The units that were built since this mart was written. -#}
{% macro changed_units() -%}
    select units.*
    from {{ ref('int_resources__loadable') }} as units
    {% if is_incremental() %}
    where units.built_at > (select coalesce(max(seen.built_at), '-infinity') from {{ this }} as seen)
    {% endif %}
{%- endmacro %}

{#- What a mart's row says, as a hash: equal rows have equal hashes, whatever built them. -#}
{% macro row_hash(relation) -%}
    md5((to_jsonb({{ relation }}) - 'built_at')::text)
{%- endmacro %}

{#-
    Stamp of the rows that this build writes: as_of, but later than the stamp of every build before it (also when this one starts over),
    so that a mart finds what it has not seen.
-#}
{% macro next_stamp() -%}
    {%- set earlier = load_relation(this) if execute and load_relation is defined -%}
    {%- if earlier -%}
    (
        select greatest({{ as_of() }}, max(earlier.built_at) + interval '1 microsecond')
        from {{ earlier }} as earlier
    )
    {%- else -%}
    {{ as_of() }}
    {%- endif -%}
{%- endmacro %}

{#-
    The rows of a mart with the columns of its contract, in their order and types, and the row's hash. A varchar is cast without its
    length: a text that is too long fails the insert instead of being cut.
-#}
{% macro as_contracted(relation) -%}
    select
        {%- if model is defined %}
        {%- for column in model.columns.values() %}
        {% if column.name == 'row_hash' -%}
        {{ row_hash(relation) }}
        {%- else -%}
        {{ relation }}.{{ column.name }}::{{ modules.re.sub('character varying\(\d+\)', 'character varying', column.data_type) }}
        {%- endif %} as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- else %} *{% endif %}
    from {{ relation }}
{%- endmacro %}

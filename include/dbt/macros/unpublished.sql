{#-
    Units that were built since the marts were last published. What was published has passed its tests, and no row changes without a new
    stamp, so a test of single units needs to look at these only. A rebuild, and with it every change of this project, tests all.

    The stamp is a literal: Postgres then knows that there are few such units, and goes through indexes.
-#}
{% macro unpublished(relation) -%}
    {%- set found = namespace(stamp='-infinity') -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- for row in run_query("select coalesce(published_stamp::text, '-infinity') from ops.mart_state where mart = 'catalog'").rows -%}
            {%- set found.stamp = row[0] -%}
        {%- endfor -%}
    {%- endif -%}
    {{ relation }}.built_at > '{{ found.stamp }}'::timestamptz
{%- endmacro %}

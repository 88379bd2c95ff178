{#- Schemas are named staging, intermediate, marts and reference in every environment: a database is an environment. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

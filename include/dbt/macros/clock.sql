{#-
    The moment for which the catalogue is built. Every clock-dependent rule reads this and never now(). It is the var as_of, else the
    environment variable CATALOG_AS_OF: another --vars makes dbt parse the whole project again, another environment variable that is
    read only in execution does not.
-#}
{% macro as_of() -%}
    {%- set moment = var('as_of') or (env_var('CATALOG_AS_OF', '') if execute else '') -%}
    {%- if execute and not moment -%}
        {{ exceptions.raise_compiler_error("The moment as_of is missing: dbt build --vars '{as_of: 2024-09-10T12:00:00Z}'") }}
    {%- endif -%}
    '{{ moment or "infinity" }}'::timestamptz
{%- endmacro %}

{#- ISO 8601 text of a moment in UTC, for JSON. -#}
{% macro utc_text(moment) -%}
    to_char({{ moment }} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
{%- endmacro %}

{#- The text of a date and time without the offset at its end; null for an empty one. -#}
{% macro without_offset(text_value) -%}
    regexp_replace(nullif({{ text_value }}, ''), '(:[0-9]{2}(\.[0-9]+)?)(Z|[+-][0-9]{2}(:?[0-9]{2})?)$', '\1')
{%- endmacro %}

{#-
    The text of a publisher's date, read as UTC. An offset in the text is thrown away, as Learn does (sources.md 1.10);
    text that is no date fails the model: the raw loader rejects such records.
-#}
{% macro utc_moment(text_value) -%}
    ({{ without_offset(text_value) }} || '+00')::timestamptz
{%- endmacro %}

{#- The same for publishers on the east coast: the text is local time there, a date alone its midnight. -#}
{% macro eastern_moment(text_value) -%}
    ({{ without_offset(text_value) }}::timestamp at time zone 'America/New_York')
{%- endmacro %}

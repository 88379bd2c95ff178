{#- Whether a JSON value counts as true where the publisher's flag may be missing, null, empty or 0. -#}
{% macro is_truthy(json_value) -%}
    (coalesce({{ json_value }}, 'null'::jsonb) not in ('null', 'false', '0', '""', '[]', '{}'))
{%- endmacro %}

{#- A JSON array, or an empty one for anything else. -#}
{% macro json_list(json_value) -%}
    case when jsonb_typeof({{ json_value }}) = 'array' then {{ json_value }} else '[]'::jsonb end
{%- endmacro %}

{#- A whole number written as a number or as text; anything else is null. -#}
{% macro whole_number(text_value) -%}
    case when {{ text_value }} ~ '^\s*[+-]?[0-9]{1,9}(\.0+)?\s*$' then ({{ text_value }})::numeric::integer end
{%- endmacro %}

{#- An address as a browser resolves it against the publisher's site; null for a missing or empty one. -#}
{% macro url_join(base, path) -%}
    case
        when nullif({{ path }}, '') is null then null
        when ({{ path }}) ~ '^[a-zA-Z][a-zA-Z0-9+.-]*:' then {{ path }}
        when ({{ path }}) like '//%' then split_part('{{ base }}', '//', 1) || ({{ path }})
        when ({{ path }}) like '/%' then substring('{{ base }}' from '^[a-z]+://[^/]+') || ({{ path }})
        else '{{ base }}' || ({{ path }})
    end
{%- endmacro %}

{#-
    Text after cleaning by a policy of include/warehouse/derive/html.py (sources.md 1.3). The raw loader cleaned it once and stored the result
    under the hash of the text; a text that it did not clean gives null, which the tests of staging refuse.
-#}
{% macro cleaned_html(text_value, policy='clean') -%}
    case
        when coalesce({{ text_value }}, '') = '' then ''
        else (
            select cleaned_html.cleaned
            from {{ source('raw', 'cleaned_html') }} as cleaned_html
            where
                cleaned_html.source_hash = sha256(convert_to({{ text_value }}, 'UTF8'))
                and cleaned_html.policy = '{{ policy }}'
                and cleaned_html.cleaner_version = {{ var('cleaner_version') }}
        )
    end
{%- endmacro %}

{#- A JSON object, or an empty one for anything else. -#}
{% macro json_object(json_value) -%}
    case when jsonb_typeof({{ json_value }}) = 'object' then {{ json_value }} else '{}'::jsonb end
{%- endmacro %}

{#- The non-null texts of a JSON list of names, or of objects that have a name, as rows (name, position). -#}
{% macro names_of(json_items) -%}
    select
        case when jsonb_typeof(items.item) = 'object' then items.item ->> 'name' else items.item #>> '{}' end as name,
        items.position
    from jsonb_array_elements({{ json_items }}) with ordinality as items (item, position)
{%- endmacro %}

{#- Instructors of a list of {name} as normalized records, in their order. -#}
{% macro instructor_names(json_items) -%}
    (
        select coalesce(jsonb_agg(jsonb_build_object('full_name', names.name) order by names.position), '[]'::jsonb)
        from ({{ names_of(json_items) }}) as names
    )
{%- endmacro %}

{#- Duration and weekly effort, which the two course platforms name alike (sources.md 2.3, 2.5). -#}
{% macro effort_columns(payload) -%}
    coalesce({{ payload }} ->> 'duration', '') as duration,
    {{ whole_number(payload ~ " ->> 'min_weeks'") }} as min_weeks,
    {{ whole_number(payload ~ " ->> 'max_weeks'") }} as max_weeks,
    coalesce({{ payload }} ->> 'time_commitment', '') as time_commitment,
    {{ whole_number(payload ~ " ->> 'min_weekly_hours'") }} as min_weekly_hours,
    {{ whole_number(payload ~ " ->> 'max_weekly_hours'") }} as max_weekly_hours
{%- endmacro %}

{#- The same columns as members of a normalized run. -#}
{% macro effort_members(relation) -%}
    jsonb_build_object(
        'duration', {{ relation }}.duration,
        'min_weeks', {{ relation }}.min_weeks,
        'max_weeks', {{ relation }}.max_weeks,
        'time_commitment', {{ relation }}.time_commitment,
        'min_weekly_hours', {{ relation }}.min_weekly_hours,
        'max_weekly_hours', {{ relation }}.max_weekly_hours
    )
{%- endmacro %}

{#- Levels of study, label to code (sources.md 1.1). -#}
{% macro level_codes() -%}
    (
        values
        ('Undergraduate', 'undergraduate'),
        ('Graduate', 'graduate'),
        ('High School', 'high_school'),
        ('Non-Credit', 'noncredit'),
        ('Advanced', 'advanced'),
        ('Intermediate', 'intermediate'),
        ('Introductory', 'introductory')
    ) as levels (label, code)
{%- endmacro %}

{#- An id that is a whole JSON number; anything else is null. -#}
{% macro whole_id(json_value) -%}
    case
        when jsonb_typeof({{ json_value }}) = 'number' and ({{ json_value }})::text ~ '^[0-9]{1,18}$'
            then ({{ json_value }})::bigint
    end
{%- endmacro %}

{#- The distinct members of an array where each comes first, as rows (value, position). -#}
{% macro distinct_in_order(text_array) -%}
    select
        members.value,
        row_number() over (order by min(members.position)) as position
    from unnest({{ text_array }}) with ordinality as members (value, position)
    group by members.value
{%- endmacro %}

{#- One price in USD as a JSON list, or none where there is no price. -#}
{% macro usd_prices(price) -%}
    case
        when ({{ price }}) is null then '[]'::jsonb
        else jsonb_build_array(jsonb_build_object('amount', {{ price }}, 'currency', 'USD'))
    end
{%- endmacro %}

{#- What every xPRO resource has in common (sources.md 2.5). -#}
{% macro xpro_constants() -%}
    '{"etl_source": "xpro", "offered_by": {"code": "xpro"}, "professional": true, "certification": true,
    "certification_type": "professional", "pace": ["self_paced"], "format": ["asynchronous"]}'::jsonb
{%- endmacro %}

{#- The current price of a product as a JSON number, whether the publisher wrote a number or text; null without one, or for the number 0. -#}
{% macro xpro_price(product) -%}
    case
        when {{ is_truthy(product ~ " -> 'current_price'") }} then to_jsonb(({{ product }} ->> 'current_price')::numeric)
    end
{%- endmacro %}

{#- Names of xPRO topics: what follows the last colon, as rows (name, position). -#}
{% macro xpro_topic_names(json_items) -%}
    select
        btrim(substring(items.item ->> 'name' from '[^:]*$'), E' \t\n\r\f\u000b') as name,
        items.position
    from jsonb_array_elements({{ json_items }}) with ordinality as items (item, position)
    where jsonb_typeof(items.item) = 'object'
{%- endmacro %}

{#- The same resource's keys under platforms that it was on before. The columns are given with their relation. -#}
{% macro xpro_former_keys(resource_type, platform_code, readable_id, labels_seen) -%}
    array(
        select labels.platform_code || '|{{ resource_type }}|' || {{ readable_id }}
        from {{ ref('platform_labels') }} as labels
        where
            labels.etl_source = 'xpro'
            and labels.label = any({{ labels_seen }})
            and labels.platform_code is distinct from {{ platform_code }}
        order by 1
    )
{%- endmacro %}

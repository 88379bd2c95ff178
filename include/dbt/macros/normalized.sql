{#- The loader's rule that what has no runs is not published (sources.md 6.2), with what the record itself says. -#}
{% macro is_publishable(is_removed, record) -%}
    not {{ is_removed }}
    and ({{ record }} ->> 'published')::boolean
    and jsonb_array_length({{ record }} -> 'runs') > 0
{%- endmacro %}

{#- Keys of the resources that a program's record names as its children, courses first. -#}
{% macro child_keys(record) -%}
    array(
        select children.resource_key
        from (
            select
                1 as pass,
                courses.position,
                (courses.course ->> 'platform') || '|course|' || (courses.course ->> 'readable_id') as resource_key
            from jsonb_array_elements({{ record }} -> 'courses') with ordinality as courses (course, position)
            union all
            select
                2 as pass,
                programs.position,
                ({{ record }} ->> 'platform') || '|program|' || (programs.program ->> 'readable_id') as resource_key
            from jsonb_array_elements({{ json_list(record ~ " -> 'child_programs'") }})
            with ordinality as programs (program, position)
        ) as children
        where children.resource_key is not null
        order by children.pass, children.position
    )
{%- endmacro %}

{#- A JSON list of texts as an array; null when the record does not have the member. -#}
{% macro text_array(json_value) -%}
    case
        when jsonb_typeof({{ json_value }}) = 'array'
            then array(select items.item from jsonb_array_elements_text({{ json_value }}) as items (item))
    end
{%- endmacro %}

{#- The source's own id in the key of a resource, <platform>|<type>|<readable id>; the id itself may contain the bar. -#}
{% macro readable_id_of(resource_key) -%}
    substring({{ resource_key }} from '^[^|]*\|[^|]*\|(.*)$')
{%- endmacro %}

{#- Documents of Professional Learning, typed and cleaned: courses and programs have the same fields (docs/parity.md, prolearn). -#}
{% macro prolearn_documents(relation) -%}
    {%- set site = var('prolearn_base_url') -%}
    with {{ staged_versions(relation) }}

    select
        {{ version_columns() }},
        payload ->> 'nid' as node_id,
        payload ->> 'department' as department,
        payload ->> 'title' as title,
        {{ cleaned_html("coalesce(nullif(payload ->> 'body_override', ''), payload ->> 'body')") }} as description,
        coalesce(
            nullif(payload ->> 'course_link', ''),
            nullif(payload ->> 'course_application_url', ''),
            {{ url_join(site, "payload ->> 'url'") }}
        ) as url,
        {{ url_join(site, "coalesce(nullif(payload ->> 'image_override_url', ''), payload ->> 'featured_image_url')") }} as image_url,
        nullif(payload ->> 'certificate_name', '') as certificate_name,
        nullif(payload ->> 'ucc_name', '') as topic,
        payload ->> 'format_name' as delivery_label,
        substring(replace(payload ->> 'field_price', ',', '') from '[0-9]+(?:\.[0-9]+)?')::numeric as price,
        substring(payload ->> 'field_non_degree_credits' from '[0-9]+(?:\.[0-9]+)?')::numeric as credits,
        {{ duration_columns("payload ->> 'field_duration'") }},
        {{ commitment_columns("payload ->> 'field_time_commitment'") }},
        {{ json_list("payload -> 'start_value'") }} as starts,
        {{ json_list("payload -> 'end_value'") }} as ends,
        {{ json_list("payload -> 'field_related_courses_programs'") }} as related_node_ids
    from versions
{%- endmacro %}

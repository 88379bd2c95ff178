{#- What the publisher says it is, else what its certificates say: only a course has a certificate of completion (sources.md 2.7). -#}
{% macro mitpe_resource_type(payload) -%}
    case
        when coalesce({{ payload }} ->> 'resource_type', '') != '' then
            case when lower({{ payload }} ->> 'resource_type') = 'program' then 'program' else 'course' end
        when 'Certificate of Completion' = any({{ barred_list(payload ~ " ->> 'course_certificate'") }}) then 'course'
        else 'program'
    end
{%- endmacro %}

{#- The members of a list that is joined by bars; the empty list is one empty member, as every split of it says. -#}
{% macro barred_list(text_value) -%}
    regexp_split_to_array({{ text_value }}, '\|')
{%- endmacro %}

{#- "$3,600" as a number; null when nothing is said. -#}
{% macro mitpe_price(text_value) -%}
    nullif(regexp_replace({{ text_value }}, '[^0-9.]', '', 'g'), '')::numeric
{%- endmacro %}

{#- What courses and programs have in common: the members of their records that do not depend on their runs (sources.md 2.7). -#}
{% macro mitpe_members(resource) -%}
    jsonb_build_object(
        'readable_id', {{ resource }}.readable_id,
        'platform', 'mitpe',
        'etl_source', 'mitpe',
        'offered_by', jsonb_build_object('code', 'mitpe'),
        'title', {{ resource }}.title,
        'description', {{ resource }}.description,
        'url', {{ url_join(var('mitpe_base_url'), resource ~ '.path') }},
        'image', case
            when coalesce({{ resource }}.image_path, '') != ''
                then jsonb_build_object(
                    'url', {{ url_join(var('mitpe_base_url'), resource ~ '.image_path') }}, 'alt', {{ resource }}.image_alt
                )
        end,
        'topics', (
            select coalesce(jsonb_agg(jsonb_build_object('name', topics.name) order by topics.position), '[]'::jsonb)
            from unnest({{ resource }}.topics) with ordinality as topics (name, position)
            where {{ resource }}.topics != array['']
        ),
        'delivery', {{ resource }}.delivery,
        'format', jsonb_build_array('asynchronous'),
        'pace', jsonb_build_array('instructor_paced'),
        'availability', 'dated',
        'professional', true,
        'certification', true,
        'certification_type', 'professional',
        'published', true
    )
{%- endmacro %}

{#- The keys of the same resource under the other type, when it was a program and is a course now, or the other way round. -#}
{% macro mitpe_former_keys(resource) -%}
    array(
        select 'mitpe|' || types.resource_type || '|' || {{ resource }}.record_key
        from unnest({{ resource }}.types_seen) as types (resource_type)
        where types.resource_type != {{ resource }}.resource_type
    )
{%- endmacro %}

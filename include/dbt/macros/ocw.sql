{#- Where an object of the live bucket lies, without its data.json: courses/<slug>, courses/<slug>/pages/<page>. -#}
{% macro ocw_object_path(payload) -%}
    regexp_replace({{ payload }} ->> 'object_key', '/?(data\.json)?$', '')
{%- endmacro %}

{#- What the object says. -#}
{% macro ocw_object_data(payload) -%}
    ({{ payload }} -> 'body')
{%- endmacro %}

{#- Learn's id of an OCW course: number, term and year, as 16.01+fall_2005 (sources.md 2.9). -#}
{% macro ocw_readable_id(payload) -%}
    concat_ws(
        '',
        {{ payload }} ->> 'primary_course_number',
        '+' || {{ slug("nullif(" ~ payload ~ " ->> 'term', '')") }},
        '_' || nullif({{ payload }} ->> 'year', '')
    )
{%- endmacro %}

{#- A text as a part of an address: lower case letters and digits, words joined by hyphens. -#}
{% macro slug(text_value) -%}
    btrim(regexp_replace(regexp_replace(lower({{ text_value }}), '[^a-z0-9_\s-]', '', 'g'), '[-\s]+', '-', 'g'), '-_')
{%- endmacro %}

{#- Distinct names in a list of lists of topic names, sorted by code point, as rows (name, position). -#}
{% macro ocw_topic_names(json_lists) -%}
    select
        flattened.name,
        row_number() over (order by flattened.name collate "C") as position
    from (
        select distinct names.name
        from jsonb_array_elements({{ json_lists }}) as lists (topic_list)
        cross join lateral jsonb_array_elements_text({{ json_list('lists.topic_list') }}) as names (name)
    ) as flattened
{%- endmacro %}

{#- Instructors with the name that is shown (sources.md 1.11): the title, after the salutation unless it begins with it. -#}
{% macro ocw_instructors(json_items) -%}
    (
        select
            coalesce(jsonb_agg(
                jsonb_build_object(
                    'first_name', persons.person ->> 'first_name',
                    'last_name', persons.person ->> 'last_name',
                    'full_name', case
                        when coalesce(persons.person ->> 'title', '') = ''
                            then concat_ws(
                                ' ',
                                nullif(persons.person ->> 'salutation', ''),
                                nullif(persons.person ->> 'first_name', ''),
                                nullif(persons.person ->> 'middle_initial', ''),
                                nullif(persons.person ->> 'last_name', '')
                            )
                        when starts_with(persons.person ->> 'title', coalesce(persons.person ->> 'salutation', ''))
                            then persons.person ->> 'title'
                        else concat_ws(' ', persons.person ->> 'salutation', persons.person ->> 'title')
                    end
                ) order by persons.position
            ), '[]'::jsonb)
        from jsonb_array_elements({{ json_items }}) with ordinality as persons (person, position)
    )
{%- endmacro %}

{#-
    Id of an Open Learning Library course (sources.md 2.8): courses of OpenCourseWare by number, term and year as there, others by number.
-#}
{% macro oll_readable_id(payload) -%}
    case
        when {{ payload }} ->> 'Offered by' = 'OCW'
            then concat(
                {{ payload }} ->> 'OLL Course',
                '+',
                {{ slug(semester_of_run(payload ~ " ->> 'readable_id'")) }},
                '_',
                {{ year_of_run(payload ~ " ->> 'readable_id'") }}
            )
        else 'MITx+' || ({{ payload }} ->> 'OLL Course')
    end
{%- endmacro %}

{#- A number of the sheet as the next whole one; null for an empty cell, or one that says no number. -#}
{% macro oll_whole_number(text_value) -%}
    case when {{ text_value }} ~ '^\s*[0-9]{1,4}(\.[0-9]{1,6})?\s*$' then ceil(({{ text_value }})::numeric)::integer end
{%- endmacro %}

{#- The cells of these columns that say something, as a list of texts in their order. -#}
{% macro oll_cells(payload, columns) -%}
    array(
        select cells.cell
        from unnest(array[
            {%- for column in columns %}
            {{ payload }} ->> '{{ column }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ]) with ordinality as cells (cell, position)
        where cells.cell != ''
        order by cells.position
    )
{%- endmacro %}

{#-
    Topics as the sheet has them, but one whose name is not quite the taxonomy's. A name with space around it is no topic of the taxonomy:
    Learn drops 8 of them; here they are trimmed, unless oll_trim_topics is off (quirk Q8).
-#}
{% macro oll_topics(cells) -%}
    {%- set name = "btrim(topics.cell, E' \\t\\n\\r\\f\\v')" if var('oll_trim_topics') else 'topics.cell' -%}
    (
        select
            coalesce(
                jsonb_agg(
                    jsonb_build_object('name', replace({{ name }}, 'Educational Policy', 'Education Policy'))
                    order by topics.position
                ),
                '[]'::jsonb
            )
        from unnest({{ cells }}) with ordinality as topics (cell, position)
        where {{ name }} != ''
    )
{%- endmacro %}

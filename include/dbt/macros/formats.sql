{#-
    A publisher's word for how a course is delivered as a list with its code (sources.md 1.8). Missing and unknown words count as online,
    as "Online", "Live Virtual" and "Live Online" do.
-#}
{% macro delivery_codes(label) -%}
    jsonb_build_array(case {{ label }}
        when 'Blended' then 'hybrid'
        when 'Hybrid' then 'hybrid'
        when 'In Person' then 'in_person'
        when 'In person' then 'in_person'
        when 'On Campus' then 'in_person'
        when 'Offline' then 'offline'
        else 'online'
    end)
{%- endmacro %}

{#-
    Year of a run, out of its id (sources.md 1.9): "1T2019", else "2019_Spring". Null when the id does not say; what a record itself says
    comes before it.
-#}
{% macro year_of_run(run_id) -%}
    coalesce(
        substring({{ run_id }} from '[123]T([0-9]{4})'),
        substring({{ run_id }} from '([0-9]{4})_(?:Spring|Summer|Fall|Winter)')
    )::integer
{%- endmacro %}

{#- Semester of a run, out of its id (sources.md 1.9). -#}
{% macro semester_of_run(run_id) -%}
    case substring({{ run_id }} from '([123])T[0-9]{4}')
        when '1' then 'Spring'
        when '2' then 'Summer'
        when '3' then 'Fall'
        else substring({{ run_id }} from '[0-9]{4}_(Spring|Summer|Fall|Winter)')
    end
{%- endmacro %}

{#- Seconds as an ISO 8601 duration of whole seconds: PT1H1M1S; PT0S for none. -#}
{% macro seconds_as_duration(seconds) -%}
    'PT' || coalesce(
        nullif(
            concat(
                nullif(trunc({{ seconds }} / 3600)::bigint, 0) || 'H',
                nullif(trunc(mod({{ seconds }}, 3600) / 60)::bigint, 0) || 'M',
                nullif(trunc(mod({{ seconds }}, 60))::bigint, 0) || 'S'
            ),
            ''
        ),
        '0S'
    )
{%- endmacro %}

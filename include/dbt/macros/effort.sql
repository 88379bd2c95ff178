{#-
    Duration and weekly effort out of a publisher's sentence (sources.md 1.7). The text itself is always kept; the numbers are null when it
    says none. Used by the feeds that publish sentences; the course platforms publish numbers (effort_columns).
-#}

{#-
    The unit of a text, as half-day, hour, day, week or month: the first English word, else the first Spanish, French or Italian one.
    "month" and "mes" must be whole words, or every "months" and "mesi" would have them first.
-#}
{% macro interval_unit(text_value) -%}
    coalesce(
        rtrim(lower(substring({{ text_value }} from '(?i)(half-days?|hours?|days?|weeks?|months|month(?=\s|/|$))')), 's'),
        case
            lower(substring(
                {{ text_value }} from '(?i)(horas?|d[íÍ]as?|jours?|semanas?|semaines?|settimanes?|meses|mois|mesi|mes(?=\s|/|$))'
            ))
            when 'hora' then 'hour'
            when 'horas' then 'hour'
            when 'día' then 'day'
            when 'días' then 'day'
            when 'jour' then 'day'
            when 'jours' then 'day'
            when 'semana' then 'week'
            when 'semanas' then 'week'
            when 'semaine' then 'week'
            when 'semaines' then 'week'
            when 'settimane' then 'week'
            when 'settimanes' then 'week'
            when 'mes' then 'month'
            when 'meses' then 'month'
            when 'mois' then 'month'
            when 'mesi' then 'month'
        end
    )
{%- endmacro %}

{#- Working weeks in a number of units: five days each, four to a month; hours count as if they were weeks. -#}
{% macro working_weeks(number, unit) -%}
    case
        when {{ unit }} in ('day', 'half-day') then greatest(ceil({{ number }} / 5.0), 1)::integer
        when {{ unit }} = 'month' then {{ number }} * 4
        when {{ unit }} is not null then {{ number }}
    end
{%- endmacro %}

{#- Columns duration, min_weeks and max_weeks: "6 to 10 Weeks", "6-10 weeks", "9 semanas", "2 days + coaching". -#}
{% macro duration_columns(text_value) -%}
    {%- set numbers = "regexp_match(" ~ text_value ~ ", '(?i)^\\s*([0-9]{1,6})(?![0-9])\\s*(?:to|-)*\\s*([0-9]{1,6})?')" -%}
    {%- set unit = interval_unit(text_value) -%}
    coalesce({{ text_value }}, '') as duration,
    {{ working_weeks("((" ~ numbers ~ ")[1])::integer", unit) }} as min_weeks,
    {{ working_weeks("coalesce((" ~ numbers ~ ")[2], (" ~ numbers ~ ")[1])::integer", unit) }} as max_weeks
{%- endmacro %}

{#-
    Columns time_commitment, min_weekly_hours and max_weekly_hours: the whole number at the start and the next one, whatever they count.
    So hours a day are taken for hours a week, and "8 hours, 5 days/week" is 8 to 5 (quirk Q10).
-#}
{% macro commitment_columns(text_value) -%}
    {%- set numbers = "regexp_match(" ~ text_value ~ ", '^\\s*([0-9]{1,6})[^0-9]+([0-9]{1,6})?')" -%}
    coalesce({{ text_value }}, '') as time_commitment,
    (({{ numbers }})[1])::integer as min_weekly_hours,
    coalesce(({{ numbers }})[2], ({{ numbers }})[1])::integer as max_weekly_hours
{%- endmacro %}

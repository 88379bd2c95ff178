{#- What every edX.org resource has in common (sources.md 2.1, 2.2). -#}
{% macro edx_constants() -%}
    '{"etl_source": "mit_edx", "platform": "edx", "offered_by": {"code": "mitx"}, "format": ["asynchronous"]}'::jsonb
{%- endmacro %}

{#- A moment of edX.org, in UTC unless it says otherwise. -#}
{% macro edx_moment(text_value) -%}
    nullif({{ text_value }}, '')::timestamptz
{%- endmacro %}

{#- Whether one of these organizations is MIT's. -#}
{% macro edx_is_mitx(organizations) -%}
    coalesce({{ organizations }} @? '$[*].key ? (@ == "MITx" || @ == "MITx_PRO")', false)
{%- endmacro %}

{#- edX's editors mark what is to go in its title: the word alone, in brackets, or before a blank. -#}
{% macro edx_is_deleted(title) -%}
    (
        lower(btrim(coalesce({{ title }}, ''), E' \t\n\r')) ~ '\[delete\]|\(delete\)|delete '
        or lower(btrim(coalesce({{ title }}, ''), E' \t\n\r')) = 'delete'
    )
{%- endmacro %}

{#- A run that people can enrol in. -#}
{% macro edx_is_published(run) -%}
    (coalesce({{ run }} ->> 'status', '') = 'published' and {{ is_truthy(run ~ " -> 'is_enrollable'") }})
{%- endmacro %}

{#- When a run can be taken: any time once it is over, or once it has begun and everyone sets their own pace. -#}
{% macro edx_availability(run) -%}
    case
        when {{ run }} ->> 'availability' = 'Archived' then 'anytime'
        when {{ run }} ->> 'pacing_type' = 'self_paced' and {{ edx_moment(run ~ " ->> 'start'") }} < {{ as_of() }} then 'anytime'
        else 'dated'
    end
{%- endmacro %}

{#- The first moment at which that answer is another one; null when it does not depend on the clock. -#}
{% macro edx_availability_turn(run) -%}
    case
        when coalesce({{ run }} ->> 'availability', '') != 'Archived' and {{ run }} ->> 'pacing_type' = 'self_paced'
            then {{ edx_moment(run ~ " ->> 'start'") }} + interval '1 microsecond'
    end
{%- endmacro %}

{#- Of the columns availability and is_published of some runs: dated when one is, any time when there is one and all are, else unknown. -#}
{% macro edx_common_availability() -%}
    case
        when bool_or(availability = 'dated') filter (where is_published) then 'dated'
        when bool_or(is_published) then 'anytime'
    end
{%- endmacro %}

{#- Of the columns pace and is_published of some runs: the different ones in their order; without any, one's own pace. -#}
{% macro edx_common_pace() -%}
    to_jsonb(coalesce(array_agg(distinct pace order by pace) filter (where is_published), array['self_paced']))
{%- endmacro %}

{#- A label of study as a list with its code; empty for an unknown one. -#}
{% macro edx_levels(label) -%}
    (
        select coalesce(jsonb_agg(levels.code), '[]'::jsonb)
        from {{ level_codes() }}
        where levels.label = {{ label }}
    )
{%- endmacro %}

{#- The image of a course or run; null without an address. -#}
{% macro edx_image(image) -%}
    case
        when nullif({{ image }} ->> 'src', '') is not null
            then jsonb_build_object('url', {{ image }} ->> 'src', 'description', {{ image }} ->> 'description')
    end
{%- endmacro %}

{#- The publisher's page, when it is one of edX.org's own, without its query. -#}
{% macro edx_marketing_url(url) -%}
    case
        when starts_with({{ url }}, '{{ var("edx_base_url") }}') or starts_with({{ url }}, '{{ var("edx_alt_url") }}')
            then split_part({{ url }}, '?', 1)
    end
{%- endmacro %}

{#- The page that edX.org has for an id of a course or run. -#}
{% macro edx_course_page(id) -%}
    '{{ var("edx_alt_url") }}' || {{ id }} || '/course/'
{%- endmacro %}

{#- What the seats of a run cost: each price once, and 0.00 for listening in. -#}
{% macro edx_prices(seats) -%}
    (
        select jsonb_agg(jsonb_build_object('amount', amounts.amount, 'currency', amounts.currency) order by amounts.amount, amounts.currency)
        from (
            select
                0.00::numeric(12, 2) as amount,
                'USD' as currency
            union
            select
                (seats.seat ->> 'price')::numeric(12, 2) as amount,
                {{ known_currency("(seats.seat ->> 'currency')") }} as currency
            from jsonb_array_elements({{ seats }}) as seats (seat)
            where seats.seat ->> 'price' is not null
        ) as amounts
    )
{%- endmacro %}

{#-
    Members duration to max_weekly_hours of a run, out of whole numbers. A missing lower number of hours is 0, a missing upper one is the
    lower; the text keeps their order, min and max are the smaller and the larger.
-#}
{% macro edx_effort_members(weeks, min_effort, max_effort) -%}
    (
        select
            jsonb_build_object(
                'duration', coalesce(effort.weeks || case when effort.weeks > 1 then ' weeks' else ' week' end, ''),
                'min_weeks', effort.weeks,
                'max_weeks', effort.weeks,
                'time_commitment', coalesce(
                    case when effort.low != effort.high then effort.low || '-' else '' end
                    || effort.high || case when effort.high > 1 then ' hours/week' else ' hour/week' end,
                    ''
                ),
                'min_weekly_hours', least(effort.low, effort.high),
                'max_weekly_hours', greatest(effort.low, effort.high)
            )
        from (
            select
                nullif({{ weeks }}, 0) as weeks,
                case when coalesce(nullif({{ max_effort }}, 0), {{ min_effort }}, 0) != 0 then coalesce({{ min_effort }}, 0) end as low,
                nullif(coalesce(nullif({{ max_effort }}, 0), {{ min_effort }}, 0), 0) as high
        ) as effort
    )
{%- endmacro %}

{#- The names of taxonomy terms of a JSON:API answer, in their order, as a text array. -#}
{% macro term_names(entries) -%}
    array(
        select terms.term #>> '{attributes,name}'
        from jsonb_array_elements({{ json_list(entries) }}) with ordinality as terms (term, position)
        order by terms.position
    )
{%- endmacro %}

{#-
    The columns that every model of items has: its feed, its place in the feed, the item as Learn's transforms make it (`record`), and
    until when it is in the list of such items (`listed_until`) and in Learn (`live_until`), where a clock decides.
-#}
{% macro news_item(feed, position, listed_until='null', live_until='null') -%}
    '{{ feed }}' as feed,
    record_key,
    source_version_id,
    is_removed,
    row_number() over (order by {{ position }}) as position,
    {{ listed_until }}::timestamptz as listed_until,
    {{ live_until }}::timestamptz as live_until
{%- endmacro %}

{#- An image as Learn's transforms make it; `absent` is what they say when there is none. -#}
{% macro news_image(url, description, alt, absent='null') -%}
    case
        when nullif({{ url }}, '') is null then '{{ absent }}'::jsonb
        else jsonb_build_object('url', {{ url }}, 'description', {{ description }}, 'alt', {{ alt }})
    end
{%- endmacro %}

{#- The moment until which an event is shown: its end where that is known, or with Learn's rule its start (quirk Q11). -#}
{% macro event_shown_until(starts_at, ends_at) -%}
    {%- if var('events_shown_until_end') -%} coalesce({{ ends_at }}, {{ starts_at }}) {%- else -%} {{ starts_at }} {%- endif -%}
{%- endmacro %}

{#- Learn's vocabulary of audiences. -#}
{% macro all_audiences() -%} '["Faculty", "MIT Community", "Public", "Students"]'::jsonb {%- endmacro %}

{#-
    Zones that editors write behind a time, as rows (word, zone). What is written is believed, also an EST in summer. "ET" is the civil time
    of its coast; Learn takes it for standard time all year (quirk Q11).
-#}
{% macro written_zones() -%}
    (
        values
        ('EST', '-05'), ('EDT', '-04'), ('CST', '-06'), ('CDT', '-05'), ('MST', '-07'), ('MDT', '-06'), ('PST', '-08'), ('PDT', '-07'),
        ('UTC', '+00'), ('GMT', '+00'), ('BST', '+01'), ('CET', '+01'),
        {% if var('events_mitpe_noon') %} ('ET', 'America/New_York'), ('PT', 'America/Los_Angeles')
        {% else %} ('ET', '-05'), ('PT', '-08') {% endif %}
    ) as zones (word, zone)
{%- endmacro %}

{#-
    A day and a time of the clock in a written zone as a moment; Eastern where no zone is written. POSIX counts its offsets westwards, so an
    offset is part of the text.
-#}
{% macro moment_in_zone(day, clock_time, zone) -%}
    case
        when {{ zone }} like '%/%' then ({{ day }} + {{ clock_time }}) at time zone {{ zone }}
        when {{ zone }} is not null then (({{ day }} + {{ clock_time }})::text || {{ zone }})::timestamptz
        else ({{ day }} + {{ clock_time }}) at time zone 'America/New_York'
    end
{%- endmacro %}

{#-
    Hour, minute and half of the day, each a text or empty, as a time; null when there is no such time. An hour above twelve says the
    half of the day itself.
-#}
{% macro clock_time(hour, minute, half) -%}
    case
        when {{ hour }}::integer > 23 or coalesce(nullif({{ minute }}, '')::integer, 0) > 59 then null
        else make_time(
            case
                when {{ hour }}::integer > 12 then {{ hour }}::integer
                when upper({{ half }}) = 'PM' then {{ hour }}::integer % 12 + 12
                when upper({{ half }}) = 'AM' then {{ hour }}::integer % 12
                else {{ hour }}::integer
            end,
            coalesce(nullif({{ minute }}, '')::integer, 0),
            0
        )
    end
{%- endmacro %}

{#- The image of an item or a feed as Learn stores it: texts are never null beside an address. -#}
{% macro feed_image_columns(image) -%}
    nullif({{ image }} ->> 'url', '') as image_url,
    case when nullif({{ image }} ->> 'url', '') is not null then coalesce({{ image }} ->> 'description', '') end as image_description,
    case when nullif({{ image }} ->> 'url', '') is not null then coalesce({{ image }} ->> 'alt', '') end as image_alt
{%- endmacro %}

{#- The end of an event as a part of its detail, null where it is not known; nothing with Learn's rule, which takes no end (quirk Q13). -#}
{% macro event_end(starts_at, ends_at, is_told) -%}
    {%- if is_told -%}
    jsonb_build_object(
        'event_end_datetime',
        case when {{ ends_at }} is not null then {{ utc_text('greatest(' ~ starts_at ~ ', ' ~ ends_at ~ ')') }} end
    )
    {%- else -%} '{}'::jsonb
    {%- endif %}
{%- endmacro %}

{#- What news and events of MIT Professional Education have in common, as columns of their staging. -#}
{% macro mitpe_item_columns() -%}
    payload ->> 'id' as guid,
    {{ cleaned_html("payload ->> 'title'", 'unescaped') }} as title,
    {{ cleaned_html("payload ->> 'summary'", var('mitpe_news_text')) }} as summary,
    payload ->> 'url' as url_path,
    payload ->> 'image' as image_path
{%- endmacro %}

{#- The same as members of an item. -#}
{% macro mitpe_item_members() -%}
    'guid', guid,
    'title', title,
    'url', {{ url_join(var('mitpe_base_url'), 'url_path') }},
    'summary', summary,
    'content', summary,
    'image', {{ news_image(url_join(var('mitpe_base_url'), 'image_path'), 'title', 'title', absent='{}') }}
{%- endmacro %}

{#- An address without its scheme: ids of shows, and of episodes without a guid (sources.md 2.11). -#}
{% macro without_scheme(address) -%}
    regexp_replace({{ address }}, '^[a-zA-Z][a-zA-Z0-9+.-]*://', '')
{%- endmacro %}

{#- Seconds of a clock's text: seconds, M:SS or H:MM:SS; null for anything else. -#}
{% macro clock_seconds(text_value) -%}
    case
        when btrim({{ text_value }}) ~ '^[0-9]{1,6}(:[0-9]{1,2}){0,2}(\.[0-9]+)?$'
            then (
                select sum(units.unit::numeric * 60.0 ^ (units.number_of_units - units.position)::numeric)
                from (
                    select
                        parts.unit,
                        parts.position,
                        count(*) over () as number_of_units
                    from unnest(string_to_array(btrim({{ text_value }}), ':')) with ordinality as parts (unit, position)
                ) as units
            )
    end
{%- endmacro %}

{#- A text that fits into a column of Learn; null for a longer one. -#}
{% macro at_most(text_value, characters) -%}
    case when length({{ text_value }}) <= {{ characters }} then {{ text_value }} end
{%- endmacro %}

{#-
    Topics of a show as its file has them, separated by commas. With podcast_known_topics those that the taxonomy calls otherwise become
    its own (quirk Q8); Learn drops them when it loads.
-#}
{% macro podcast_topics(topics_text) -%}
    (
        select
            coalesce(
                jsonb_agg(jsonb_build_object('name', coalesce(renamed.topic_name, names.name)) order by names.position), '[]'::jsonb
            )
        from (
            select
                btrim(parts.part) as name,
                parts.position
            from unnest(string_to_array({{ topics_text }}, ',')) with ordinality as parts (part, position)
            where btrim(parts.part) != ''
        ) as names
        left join (
            values
            ('Teaching and Education', 'Education & Teaching'),
            ('Business', 'Business & Management'),
            ('Physical Education and Recreation', 'Public Health')
        ) as renamed (name, topic_name)
            on names.name = renamed.name and {{ var('podcast_known_topics') }}
    )
{%- endmacro %}

{#-
    What the loader finds of the offeror that a file names: the one of that name; with podcast_offeror_codes also the one of that code,
    however it is written (quirk Q7).
-#}
{% macro podcast_offeror(offered_by) -%}
    (
        select offerors.code
        from {{ ref('offerors') }} as offerors
        where
            offerors.name = {{ offered_by }}
            or ({{ var('podcast_offeror_codes') }} and offerors.code = lower({{ offered_by }}))
        order by offerors.name = {{ offered_by }} desc
        limit 1
    )
{%- endmacro %}

{#- Members that a show and its episodes have alike: `show` is the row of the show, `own` that of the record itself. -#}
{% macro podcast_members(own, show) -%}
    jsonb_build_object(
        'readable_id', {{ own }}.readable_id,
        'title', {{ own }}.title,
        'description', {{ own }}.description,
        'url', {{ own }}.url,
        'image', jsonb_build_object('url', coalesce({{ own }}.image_url, {{ show }}.image_url)),
        'topics', {{ podcast_topics(show ~ '.topics') }},
        'offered_by', case
            when {{ show }}.offered_by is not null then jsonb_build_object('name', {{ show }}.offered_by)
        end,
        'etl_source', 'podcast',
        'availability', 'anytime',
        'published', true,
        'loader', jsonb_build_object('offered_by_code', {{ podcast_offeror(show ~ '.offered_by') }})
    )
{%- endmacro %}

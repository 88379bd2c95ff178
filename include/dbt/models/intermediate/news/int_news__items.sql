{{ config(materialized='table', indexes=[{'columns': ['guid'], 'unique': true}]) }}

-- Every item of every feed of news and events in one shape, with what the clock says of it. A few thousand rows at most: they are made anew
-- whenever one of them changes, and delivery finds the ones that differ by their hash.

{% set models = [
    'int_events_mitpe__items', 'int_events_ol__items', 'int_events_sloan__items', 'int_news_learn__items', 'int_news_medium__items',
    'int_news_mitpe__items', 'int_news_sloan__items'
] %}

with items as (

    {% for model in models %}
        select
            feed,
            record_key,
            source_version_id,
            is_removed,
            position,
            listed_until,
            live_until,
            record
        from {{ ref(model) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

judged as (

    select
        *,
        not is_removed and coalesce(listed_until >= {{ as_of() }}, true) as is_listed
    from items

),

-- Learn knows an item by its guid alone: of two feeds that have one, the last one by name counts.
told as (

    select distinct on (record ->> 'guid') *
    from judged
    order by record ->> 'guid', is_listed desc, feed desc, record_key

)

select
    record ->> 'guid' as guid,
    feed,
    split_part(feed, '_', 1) as feed_type,
    position,
    is_removed,
    is_listed,
    is_listed and coalesce(live_until >= {{ as_of() }}, true) as is_live,
    case
        when not is_removed
            then least(
                case when listed_until >= {{ as_of() }} then listed_until end, case when live_until >= {{ as_of() }} then live_until end
            ) + interval '1 microsecond'
    end as next_change_at,
    record,
    record ->> 'title' as title,
    record ->> 'url' as url,
    record ->> 'summary' as summary,
    record ->> 'content' as content,
    {{ feed_image_columns("record -> 'image'") }},
    -- A post of Sloan without an author has one whose name is empty.
    array_remove({{ text_array("record #> '{detail,authors}'") }}, '') as authors,
    {{ text_array("record #> '{detail,topics}'") }} as topics,
    (record #>> '{detail,publish_date}')::timestamptz as publish_date,
    {{ text_array("record #> '{detail,audience}'") }} as audience,
    {{ text_array("record #> '{detail,location}'") }} as location,
    {{ text_array("record #> '{detail,event_type}'") }} as event_type,
    (record #>> '{detail,event_datetime}')::timestamptz as event_datetime,
    (record #>> '{detail,event_end_datetime}')::timestamptz as event_end_datetime,
    md5(feed || record::text) as unit_hash,
    {{ as_of() }} as built_at
from told

-- One row per show and per episode: its version in force at as_of, typed and cleaned (sources.md 2.11). The loader made both of the
-- document of a show; an episode names its show by show_key.

with {{ staged_versions(
    source('raw', 'podcast__feeds'),
    more={
        'kind': "payload ->> 'kind'",
        'config': "payload -> 'config'",
        'feed': "payload -> 'feed'",
        'item': "payload -> 'item'",
        'seconds': clock_seconds("payload #>> '{item,duration}'")
    }
) }}

select
    {{ version_columns() }},
    kind,
    coalesce(payload ->> 'parent', record_key) as show_key,
    case
        when kind = 'feed' then {{ without_scheme("config ->> 'rss_url'") }}
        else coalesce(
            item ->> 'guid', {{ without_scheme("coalesce(item ->> 'link', item ->> 'enclosure_url')") }}
        )
    end as readable_id,
    coalesce(nullif(config ->> 'podcast_title', ''), feed ->> 'title', item ->> 'title') as title,
    {{ cleaned_html("coalesce(feed ->> 'description', item ->> 'description')", 'links') }} as description,
    coalesce(feed ->> 'itunes_image', item ->> 'image') as image_url,
    coalesce(config ->> 'website', item ->> 'link', item ->> 'enclosure_url') as url,
    config ->> 'rss_url' as rss_url,
    config ->> 'apple_podcasts_url' as apple_podcasts_url,
    config ->> 'google_podcasts_url' as google_podcasts_url,
    nullif(btrim(config ->> 'offered_by'), '') as offered_by,
    config ->> 'topics' as topics,
    payload -> 'items' as episode_keys,
    (item ->> 'published')::timestamptz as last_modified,
    item ->> 'enclosure_url' as audio_url,
    item ->> 'link' as episode_link,
    case
        when item ->> 'duration' like 'PT%' then {{ at_most("item ->> 'duration'", 10) }}
        when seconds is not null then {{ at_most(seconds_as_duration('seconds'), 10) }}
    end as duration,
    item ->> 'xml' as rss,
    case
        when kind = 'feed' then {{ values_seen(
            source('raw', 'podcast__feeds'), without_scheme("history.payload #>> '{config,rss_url}'")
        ) }}
    end as readable_ids_seen
from versions

-- One row per show and per episode: its version in force at as_of, typed and cleaned (sources.md 2.11). The loader made both of the
-- document of a show; an episode names its show by show_key.

with changed as (

    {{ changed_versions(source('raw', 'podcast__feeds')) }}

),

records as (

    select
        changed.record_key,
        changed.source_version_id,
        changed.is_removed,
        raw_versions.observed_at,
        raw_versions.payload ->> 'kind' as kind,
        coalesce(raw_versions.payload ->> 'parent', changed.record_key) as show_key,
        raw_versions.payload -> 'config' as config,
        raw_versions.payload -> 'feed' as feed,
        raw_versions.payload -> 'items' as items,
        raw_versions.payload -> 'item' as item,
        {{ clock_seconds("raw_versions.payload #>> '{item,duration}'") }} as seconds
    from changed
    inner join {{ source('raw', 'podcast__feeds') }} as raw_versions
        on changed.payload_version_id = raw_versions.version_id

)

select
    record_key,
    source_version_id,
    is_removed,
    observed_at,
    kind,
    show_key,
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
    items as episode_keys,
    (item ->> 'published')::timestamptz as last_modified,
    item ->> 'enclosure_url' as audio_url,
    item ->> 'link' as episode_link,
    case
        when item ->> 'duration' like 'PT%' then {{ at_most("item ->> 'duration'", 10) }}
        when seconds is not null then {{ at_most(seconds_as_duration('seconds'), 10) }}
    end as duration,
    item ->> 'xml' as rss,
    case
        when kind = 'feed' then (
            select array_agg(distinct {{ without_scheme("history.payload #>> '{config,rss_url}'") }})
            from {{ source('raw', 'podcast__feeds') }} as history
            where
                history.record_key = records.record_key
                and history.observed_at <= {{ as_of() }}
                and not history.is_removed
        )
    end as readable_ids_seen,
    '{{ code_hash() }}' as code_hash
from records

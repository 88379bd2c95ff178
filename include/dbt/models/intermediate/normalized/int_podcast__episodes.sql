{{ config(indexes=[{'columns': ['record_key'], 'unique': true}, {'columns': ['resource_key']}, {'columns': ['show_key']}]) }}

-- One row per episode as a normalized record (sources.md 1.2, 2.11). Topics, offeror and, where it has none, the image are its show's.

with {{ changed_records(
    "(select * from " ~ ref('stg_podcast__feeds') ~ " where kind = 'item')",
    inputs=['shows.is_removed', 'shows.topics', 'shows.offered_by', 'shows.image_url', "'" ~ var('podcast_known_topics') ~ "'",
            "'" ~ var('podcast_offeror_codes') ~ "'"],
    joins='left join ' ~ ref('stg_podcast__feeds') ~ ' as shows on staged.show_key = shows.record_key'
) }},

records as (

    select
        episodes.record_key,
        episodes.show_key,
        episodes.source_version_id,
        changed.input_hash,
        episodes.last_modified,
        -- Without its show an episode cannot be reached.
        episodes.is_removed or coalesce(shows.is_removed, true) as is_removed,
        {{ podcast_members('episodes', 'shows') }} || jsonb_build_object(
            'resource_type', 'podcast_episode',
            'last_modified', {{ utc_text('episodes.last_modified') }},
            'podcast_episode', jsonb_build_object(
                'audio_url', episodes.audio_url,
                'episode_link', episodes.episode_link,
                'duration', episodes.duration,
                'rss', episodes.rss
            )
        ) as record
    from {{ ref('stg_podcast__feeds') }} as episodes
    inner join changed on episodes.record_key = changed.record_key
    left join {{ ref('stg_podcast__feeds') }} as shows on episodes.show_key = shows.record_key

)

{{ normalized_rows('records', last_modified='last_modified', more=['show_key']) }}

-- One row per video that is a resource by itself, as a normalized record (sources.md 2.10). A video in several playlists is one video.

with copies as (

    select distinct on (youtube_id)
        youtube_id as record_key,
        source_version_id,
        is_removed,
        youtube_id,
        offered_by_code,
        title,
        description,
        image_url,
        published_at,
        duration
    from {{ ref('stg_youtube__videos') }}
    where creates_videos
    order by youtube_id, is_removed, record_key

),

{{ changed_records('copies', inputs=['staged.is_removed', 'staged.offered_by_code']) }},

records as (

    select
        copies.*,
        changed.input_hash,
        {{ youtube_constants('video') }} || {{ youtube_video('copies') }} || jsonb_build_object(
            'title', copies.title,
            'description', copies.description,
            'url', 'https://www.youtube.com/watch?v=' || copies.youtube_id,
            'offered_by', {{ youtube_offeror('copies.offered_by_code') }}
        ) as record
    from copies
    inner join changed on copies.record_key = changed.record_key

)

{{ normalized_rows('records', last_modified='published_at') }}

-- One row per YouTube playlist as a normalized record (sources.md 2.10). One without a video that Learn may show is not there.

with {{ changed_records(
    ref('stg_youtube__playlists'),
    inputs=['playlist_videos.videos', 'playlist_videos.parent', 'channels.title'],
    joins='left join ' ~ ref('int_youtube__playlist_videos') ~ ' as playlist_videos on staged.record_key = playlist_videos.playlist_key'
    ~ ' left join ' ~ ref('stg_youtube__channels') ~ ' as channels on staged.channel_id = channels.channel_id'
) }},

records as (

    select
        staged.record_key,
        staged.source_version_id,
        changed.input_hash,
        staged.is_removed or playlist_videos.videos is null as is_removed,
        {{ youtube_constants('video_playlist') }} || jsonb_build_object(
            'readable_id', staged.playlist_id,
            'title', staged.title,
            'url', 'https://www.youtube.com/playlist?list=' || staged.playlist_id,
            'image', jsonb_build_object('url', staged.image_url, 'alt', staged.title),
            'offered_by', {{ youtube_offeror('staged.offered_by_code') }},
            'videos', coalesce(playlist_videos.videos, '[]'::jsonb),
            'loader', jsonb_build_object(
                'channel', jsonb_build_object('channel_id', staged.channel_id, 'title', channels.title),
                'parent', playlist_videos.parent
            )
        ) as record
    from {{ ref('stg_youtube__playlists') }} as staged
    inner join changed on staged.record_key = changed.record_key
    left join {{ ref('int_youtube__playlist_videos') }} as playlist_videos on staged.record_key = playlist_videos.playlist_key
    left join {{ ref('stg_youtube__channels') }} as channels on staged.channel_id = channels.channel_id

)

{{ normalized_rows('records') }}

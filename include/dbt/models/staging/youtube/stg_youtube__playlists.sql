-- One row per playlist of a channel, with the ids of the videos that everyone may see, in their order (sources.md 2.10).

with {{ staged_versions(source('raw', 'youtube__playlists')) }}

select
    {{ version_columns() }},
    payload ->> 'channel_id' as channel_id,
    payload #>> '{playlist,id}' as playlist_id,
    payload ->> 'offered_by' as offered_by_code,
    (payload ->> 'create_videos')::boolean as creates_videos,
    payload #>> '{playlist,snippet,title}' as title,
    payload #>> '{playlist,snippet,thumbnails,high,url}' as image_url,
    {{ text_array("payload -> 'video_ids'") }} as youtube_ids
from versions
where payload ->> 'kind' = 'playlist'

-- One row per video in each of the playlists that have it (sources.md 2.10).

with {{ staged_versions(source('raw', 'youtube__playlists')) }}

select
    {{ version_columns() }},
    payload #>> '{video,id}' as youtube_id,
    payload ->> 'offered_by' as offered_by_code,
    (payload ->> 'create_videos')::boolean as creates_videos,
    payload #>> '{video,snippet,localized,title}' as title,
    {{ youtube_description(cleaned_html("(payload #>> '{video,snippet,description}')")) }} as description,
    payload #>> '{video,snippet,thumbnails,high,url}' as image_url,
    {{ utc_moment("(payload #>> '{video,snippet,publishedAt}')") }} as published_at,
    payload #>> '{video,contentDetails,duration}' as duration
from versions
where payload ->> 'kind' = 'video'

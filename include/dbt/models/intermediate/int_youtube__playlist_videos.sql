{{ config(materialized='ephemeral') }}

-- The videos of each playlist in their order, as its record names them, and the course that all of them belong to, if it is one.

with items as (

    select
        playlists.record_key as playlist_key,
        items.position,
        jsonb_build_object('platform', 'youtube', 'readable_id', items.youtube_id) as video,
        null::jsonb as course
    from {{ ref('stg_youtube__playlists') }} as playlists
    cross join lateral unnest(playlists.youtube_ids) with ordinality as items (youtube_id, position)
    where playlists.creates_videos

    union all

    select
        playlist_key,
        position,
        jsonb_build_object('platform', course ->> 'platform', 'readable_id', youtube_id) as video,
        {{ named_as_parent('course') }} as course
    from {{ ref('int_youtube__lectures') }}

)

select
    playlist_key,
    jsonb_agg(video order by position) as videos,
    case when count(distinct course) = 1 then min(course::text)::jsonb end as parent
from items
group by playlist_key

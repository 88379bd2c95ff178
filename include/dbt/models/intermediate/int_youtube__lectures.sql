{{ config(materialized='ephemeral') }}

-- The items of the playlists whose videos are lectures of OCW courses, each with the content file that it is (sources.md 2.10). A
-- playlist of which OCW has fewer than three in five is not loaded.

with content_files as (

    select distinct on (files.youtube_id)
        files.youtube_id,
        files.title,
        files.description,
        files.path,
        files.tags,
        courses.record as course
    from {{ ref('stg_ocw__content_files') }} as files
    inner join {{ ref('int_ocw__courses') }} as courses on files.course_path = courses.record_key
    where
        files.youtube_id is not null
        and files.text_source is not null
        and not files.is_removed
        and courses.is_published
    order by files.youtube_id, files.path

),

items as (

    select
        playlists.record_key as playlist_key,
        items.youtube_id,
        items.position,
        content_files.course,
        content_files.title,
        content_files.description,
        content_files.path,
        content_files.tags,
        count(content_files.youtube_id) over (partition by playlists.record_key)
        >= 0.6 * count(*) over (partition by playlists.record_key) as is_loaded
    from {{ ref('stg_youtube__playlists') }} as playlists
    cross join lateral unnest(playlists.youtube_ids) with ordinality as items (youtube_id, position)
    left join content_files on items.youtube_id = content_files.youtube_id
    where not playlists.creates_videos and not playlists.is_removed

)

select *
from items
where is_loaded and path is not null

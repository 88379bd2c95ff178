-- One row per video of a playlist of lectures, as a normalized record (sources.md 2.10): what YouTube says of the film, and all else from
-- the content file of the OCW course that it belongs to. A video that OCW does not have is not there.

with copies as (

    select distinct on (videos.youtube_id)
        videos.youtube_id as record_key,
        videos.source_version_id,
        videos.youtube_id,
        videos.image_url,
        videos.published_at,
        videos.duration,
        videos.is_removed or lectures.path is null as is_removed,
        coalesce(lectures.title, videos.title) as title,
        lectures.description,
        lectures.path,
        lectures.tags,
        lectures.course
    from {{ ref('stg_youtube__videos') }} as videos
    left join {{ ref('int_youtube__lectures') }} as lectures on videos.youtube_id = lectures.youtube_id
    where not videos.creates_videos
    order by videos.youtube_id, videos.is_removed, videos.record_key, lectures.playlist_key

),

{{ changed_records(
    'copies',
    inputs=[
        'staged.is_removed', 'staged.title', 'staged.description', 'staged.path', 'staged.tags', "staged.course ->> 'readable_id'",
        "staged.course -> 'topics'"
    ]
) }},

records as (

    select
        copies.*,
        changed.input_hash,
        {{ youtube_constants('video') }} || {{ youtube_video('copies') }} || jsonb_build_object(
            'platform', 'ocw',
            'title', copies.title,
            'description', copies.description,
            'url', {{ url_join(var('ocw_base_url'), "copies.path || '/'") }},
            'offered_by', copies.course -> 'offered_by',
            'topics', coalesce(copies.course -> 'topics', '[]'::jsonb),
            'resource_category', case when copies.tags ? 'Instructor Insights' then 'Video' else 'Lecture Video' end,
            'loader', jsonb_build_object(
                'parents', jsonb_build_array(
                    {{ named_as_parent('copies.course') }} || '{"relation_type": "COURSE_LEARNING_MATERIALS"}'::jsonb
                )
            )
        ) as record
    from copies
    inner join changed on copies.record_key = changed.record_key

)

{{ normalized_rows('records', last_modified='published_at') }}

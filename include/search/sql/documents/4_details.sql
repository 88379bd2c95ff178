-- The row of a resource's type, and the files that became it.
file_document as materialized (
    select
        file.direct_learning_resource_id as resource_id,
        -- A file without a run has no keys of a run at all.
        json_agg(
            (left(row_to_json(field)::text, -1) || coalesce(',' || substr(row_to_json(of_run)::text, 2), '}'))::json
            order by file.id
        ) as rendered
    from file
    join learning_resources_learningresource as owner on owner.id = file.owner_id
    left join learning_resources_learningresourcerun as owning_run on owning_run.id = file.run_id
    left join platform on platform.code = owner.platform_id
    left join offeror on offeror.code = owner.offered_by_id
    left join resource_topic on resource_topic.resource_id = file.owner_id
    left join resource_department on resource_department.resource_id = file.owner_id
    left join course_number on course_number.resource_id = file.owner_id
    cross join lateral (
        select
            file.id,
            file.direct_learning_resource_id,
            coalesce(resource_department.rendered, '[]') as departments,
            coalesce(resource_topic.rendered, '[]') as topics,
            offeror.rendered as offered_by,
            platform.rendered as platform,
            owner.id::text as resource_id,
            owner.readable_id as resource_readable_id,
            coalesce(course_number.numbers, '[]') as course_number,
            owner.require_summaries,
            file.key,
            file.uid,
            file.title,
            file.description,
            file.url,
            coalesce((
                select json_agg(tag.name order by tag.name collate "C")
                from learning_resources_contentfile_content_tags as link
                join learning_resources_learningresourcecontenttag as tag on tag.id = link.learningresourcecontenttag_id
                where link.contentfile_id = file.id
            ), '[]') as content_feature_type,
            file.content_type,
            file.content,
            file.content_title,
            file.content_author,
            file.content_language,
            file.checksum,
            file.image_src,
            file.source_path,
            file.file_type,
            file.file_extension,
            file.edx_module_id,
            file.summary,
            file.flashcards,
            file.youtube_id
    ) as field
    left join lateral (
        select
            owning_run.id as run_id,
            owning_run.run_id as run_readable_id,
            owning_run.title as run_title,
            owning_run.slug as run_slug,
            owning_run.semester,
            owning_run.year
        where owning_run.id is not null
    ) as of_run on true
    group by file.direct_learning_resource_id
),

detail as materialized (
    select
        resource.id as resource_id,
        coalesce(case resource.resource_type
            when 'course' then ',"course":' || json_build_object('course_numbers', coalesce(course_number.rendered, '[]'))::text
            when 'program' then ',"program":' || json_build_object(
                'course_count', coalesce(child.course_count, 0), 'program_count', coalesce(child.program_count, 0)
            )::text
            when 'podcast' then ',"podcast":' || json_build_object(
                'id', podcast.id, 'apple_podcasts_url', podcast.apple_podcasts_url,
                'google_podcasts_url', podcast.google_podcasts_url, 'rss_url', podcast.rss_url,
                'episode_count', coalesce(child.episode_count, 0)
            )::text
            when 'podcast_episode' then ',"podcast_episode":' || json_build_object(
                'id', episode.id, 'transcript', episode.transcript, 'audio_url', episode.audio_url,
                'episode_link', episode.episode_link, 'duration', episode.duration, 'rss', episode.rss,
                'podcasts', coalesce(parent.ids, '[]'), 'parent_podcasts', coalesce(parent.rendered, '[]')
            )::text
            when 'video' then ',"video":' || json_build_object(
                'id', video.id, 'duration', video.duration, 'streaming_url', nullif(video.streaming_url, ''),
                'cover_image_url', nullif(video.cover_image_url, ''), 'caption_urls', video.caption_urls,
                'transcript', video.transcript
            )::text || ',"playlists":' || coalesce(parent.ids, '[]')::text
            when 'video_playlist' then ',"video_playlist":' || json_build_object(
                'id', playlist.id,
                'channel', json_build_object('channel_id', playlist_channel.channel_id, 'title', playlist_channel.title),
                'video_count', coalesce(child.video_count, 0),
                'parent_learning_resource_id', playlist.parent_learning_resource_id,
                'parent_title', lectures_of.title, 'parent_url', lectures_of.url,
                'parent_course_numbers', coalesce(parent_number.numbers, '[]')
            )::text
        end, '')
        || case
            when resource.resource_type in ('video', 'document')
                then ',"content_files":' || coalesce(file_document.rendered, '[]')::text
            else ''
        end as members
    from resource
    left join course_number on course_number.resource_id = resource.id
    left join resource_child as child on child.resource_id = resource.id
    left join resource_parent as parent on parent.resource_id = resource.id
    left join learning_resources_podcast as podcast on podcast.learning_resource_id = resource.id
    left join learning_resources_podcastepisode as episode on episode.learning_resource_id = resource.id
    left join learning_resources_video as video on video.learning_resource_id = resource.id
    left join learning_resources_videoplaylist as playlist on playlist.learning_resource_id = resource.id
    left join learning_resources_videochannel as playlist_channel on playlist_channel.channel_id = playlist.channel_id
    left join learning_resources_learningresource as lectures_of on lectures_of.id = playlist.parent_learning_resource_id
    left join course_number as parent_number on parent_number.resource_id = playlist.parent_learning_resource_id
    left join file_document on file_document.resource_id = resource.id
),

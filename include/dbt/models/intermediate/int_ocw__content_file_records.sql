-- One row per content file of an OCW course as a normalized record (sources.md 3.4.1), without the text that only an extraction service
-- can take out of a binary. Not delivered yet; the parity check compares it.

with files as (

    select
        staged.record_key,
        staged.path,
        staged.is_page,
        staged.youtube_id,
        {{ ocw_object_data('raw_versions.payload') }} as payload
    from {{ ref('stg_ocw__content_files') }} as staged
    inner join {{ source('raw', 'ocw__content_files') }} as raw_versions on staged.source_version_id = raw_versions.version_id
    where
        not staged.is_removed
        and (staged.is_page or staged.text_source is not null)
        and coalesce(lower(staged.title), '') not in ('3play caption file', '3play pdf file')

),

described as (

    select
        *,
        coalesce(payload ->> 'resourcetype', payload ->> 'resource_type') = 'Video' as is_video,
        coalesce(nullif(payload ->> 'file', ''), payload #>> '{video_files,archive_url}') as named_file,
        -- The old format has the text under another name, and the picture of a video as a file.
        case
            when payload ? 'resourcetype' then {{ cleaned_html("payload ->> 'content'") }}
            else payload ->> 'description'
        end as resource_description
    from files

)

select
    record_key,
    jsonb_build_object(
        'key', path || '/',
        'url', {{ url_join(var('ocw_base_url'), "path || '/'") }},
        'title', payload ->> 'title',
        'content_title', payload ->> 'title',
        'content_tags', {{ json_list("payload -> 'learning_resource_types'") }},
        'published', true
    )
    || case
        when is_page
            then jsonb_build_object(
                'content_type', 'page', 'content', payload ->> 'content', 'description', payload ->> 'description'
            )
        else jsonb_build_object(
            'content_type', case
                when is_video or payload ->> 'file_type' like 'video/%' then 'video'
                when payload ->> 'file_type' = 'application/pdf' then 'pdf'
                else 'file'
            end,
            'file_type', payload ->> 'file_type',
            'file_extension', coalesce(lower(substring(named_file from '(\.[^./]+)$')), ''),
            'description', resource_description
        )
    end
    || case when youtube_id is not null then jsonb_build_object('youtube_id', youtube_id) else '{}'::jsonb end
    || case
        when youtube_id is not null
            then jsonb_build_object('image_src', 'https://i.ytimg.com/vi/' || youtube_id || '/hqdefault.jpg')
        when is_video and payload ? 'thumbnail_file' then jsonb_build_object('image_src', payload ->> 'thumbnail_file')
        else '{}'::jsonb
    end as record
from described

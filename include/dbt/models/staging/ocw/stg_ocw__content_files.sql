-- One row per page or resource of an OCW course: what it is and how it is tagged (sources.md 3.4.1). Its text stays in raw.

with changed as (

    {{ changed_versions(source('raw', 'ocw__content_files')) }}

),

versions as (

    select
        changed.*,
        raw_versions.observed_at,
        {{ ocw_object_path('raw_versions.payload') }} as path,
        {{ ocw_object_data('raw_versions.payload') }} as payload
    from changed
    inner join {{ source('raw', 'ocw__content_files') }} as raw_versions
        on changed.payload_version_id = raw_versions.version_id

)

select
    record_key,
    source_version_id,
    is_removed,
    observed_at,
    path,
    substring(path from '^(courses/[^/]+)') as course_path,
    path ~ '^courses/[^/]+/pages/' as is_page,
    payload ->> 'title' as title,
    {{ json_list("payload -> 'learning_resource_types'") }} as tags,
    -- The file that text comes from; a resource without one is not a content file. The old format names its video's transcript
    -- directly, the new one among the video's files.
    nullif(
        case
            when payload ->> 'resourcetype' = 'Video' then payload #>> '{video_files,video_transcript_file}'
            when not payload ? 'resourcetype' and payload ->> 'resource_type' = 'Video' then payload ->> 'transcript_file'
            else payload ->> 'file'
        end, ''
    ) as text_source,
    nullif(payload #>> '{video_metadata,youtube_id}', '') as youtube_id,
    -- Only a video's text is shown so far.
    case
        when nullif(payload #>> '{video_metadata,youtube_id}', '') is not null
            then {{ cleaned_html("payload ->> 'content'") }}
    end as description,
    '{{ code_hash() }}' as code_hash
from versions

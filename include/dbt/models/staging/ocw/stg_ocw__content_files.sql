-- One row per page or resource of an OCW course: what it is and how it is tagged (sources.md 3.4.1). Its text stays in raw.

with {{ staged_versions(
    source('raw', 'ocw__content_files'),
    more={'path': ocw_object_path('payload'), 'body': ocw_object_data('payload')}
) }}

select
    {{ version_columns() }},
    path,
    substring(path from '^(courses/[^/]+)') as course_path,
    path ~ '^courses/[^/]+/pages(/|$)' as is_page,
    body ->> 'title' as title,
    {{ json_list("body -> 'learning_resource_types'") }} as tags,
    -- The file that text comes from; a resource without one is not a content file. The old format names its video's transcript
    -- directly, the new one among the video's files.
    nullif(
        case
            when body ->> 'resourcetype' = 'Video' then body #>> '{video_files,video_transcript_file}'
            when not body ? 'resourcetype' and body ->> 'resource_type' = 'Video' then body ->> 'transcript_file'
            else body ->> 'file'
        end, ''
    ) as text_source,
    nullif(body #>> '{video_metadata,youtube_id}', '') as youtube_id,
    -- Only a video's text is shown so far.
    case
        when nullif(body #>> '{video_metadata,youtube_id}', '') is not null
            then {{ cleaned_html("body ->> 'content'") }}
    end as description
from versions

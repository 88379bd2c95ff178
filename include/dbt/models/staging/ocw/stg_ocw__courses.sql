-- One row per OCW course folder of the live bucket: its data.json in force at as_of, typed and cleaned (sources.md 2.9).

with changed as (

    {{ changed_versions(source('raw', 'ocw__courses')) }}

),

versions as (

    select
        changed.*,
        raw_versions.observed_at,
        {{ ocw_object_path('raw_versions.payload') }} as path,
        {{ utc_moment("raw_versions.payload ->> 'last_modified'") }} as last_modified,
        {{ ocw_object_data('raw_versions.payload') }} as payload,
        -- Ids under which Learn may know the course: the id follows number, term and year, and those are corrected at times.
        (
            select array_agg(distinct {{ ocw_readable_id(ocw_object_data('history.payload')) }})
            from {{ source('raw', 'ocw__courses') }} as history
            where
                history.record_key = changed.record_key
                and history.observed_at <= {{ as_of() }}
                and not history.is_removed
        ) as readable_ids_seen
    from changed
    inner join {{ source('raw', 'ocw__courses') }} as raw_versions
        on changed.payload_version_id = raw_versions.version_id

)

select
    record_key,
    source_version_id,
    is_removed,
    observed_at,
    path,
    last_modified,
    {{ ocw_readable_id('payload') }} as readable_id,
    readable_ids_seen,
    replace(coalesce(nullif(payload ->> 'legacy_uid', ''), payload ->> 'site_uid'), '-', '') as run_id,
    payload ->> 'course_title' as title,
    {{ cleaned_html("payload ->> 'course_description_html'") }} as description,
    -- Some files have the text under a key that ends in a blank, and Learn reads it from there for the run.
    {{ cleaned_html(
        "coalesce(nullif(payload ->> 'course_description_html', ''), payload ->> 'course_description ')"
    ) }} as run_description,
    payload ->> 'primary_course_number' as primary_course_number,
    payload ->> 'extra_course_numbers' as extra_course_numbers,
    nullif(payload ->> 'term', '') as term,
    case when {{ is_truthy("payload -> 'year'") }} then payload -> 'year' end as year,
    {{ json_list("payload -> 'level'") }} as levels,
    {{ json_list("payload -> 'department_numbers'") }} as departments,
    {{ json_list("payload -> 'learning_resource_types'") }} as content_tags,
    {{ json_list("payload -> 'topics'") }} as topics,
    {{ json_list("payload -> 'mit_learn_topics'") }} as mit_learn_topics,
    {{ json_list("payload -> 'instructors'") }} as instructors,
    {{ is_truthy("payload -> 'hide_download'") }} as is_download_hidden,
    nullif(payload ->> 'image_src', '') as image_path,
    payload #>> '{course_image_metadata,description}' as image_description,
    payload #>> '{course_image_metadata,image_metadata,image-alt}' as image_alt,
    '{{ code_hash() }}' as code_hash
from versions

-- One row per OCW course folder of the live bucket: its data.json in force at as_of, typed and cleaned (sources.md 2.9).

with {{ staged_versions(
    source('raw', 'ocw__courses'),
    more={'path': ocw_object_path('payload'), 'body': ocw_object_data('payload')}
) }}

select
    {{ version_columns() }},
    path,
    {{ utc_moment("payload ->> 'last_modified'") }} as last_modified,
    {{ ocw_readable_id('body') }} as readable_id,
    -- Ids under which Learn may know the course: the id follows number, term and year, and those are corrected at times.
    {{ values_seen(
        source('raw', 'ocw__courses'), ocw_readable_id(ocw_object_data('history.payload'))
    ) }} as readable_ids_seen,
    replace(coalesce(nullif(body ->> 'legacy_uid', ''), body ->> 'site_uid'), '-', '') as run_id,
    body ->> 'course_title' as title,
    {{ cleaned_html("body ->> 'course_description_html'") }} as description,
    -- Some files have the text under a key that ends in a blank, and Learn reads it from there for the run.
    {{ cleaned_html(
        "coalesce(nullif(body ->> 'course_description_html', ''), body ->> 'course_description ')"
    ) }} as run_description,
    body ->> 'primary_course_number' as primary_course_number,
    body ->> 'extra_course_numbers' as extra_course_numbers,
    nullif(body ->> 'term', '') as term,
    case when {{ is_truthy("body -> 'year'") }} then body -> 'year' end as year,
    {{ json_list("body -> 'level'") }} as levels,
    {{ json_list("body -> 'department_numbers'") }} as departments,
    {{ json_list("body -> 'learning_resource_types'") }} as content_tags,
    {{ json_list("body -> 'topics'") }} as topics,
    {{ json_list("body -> 'mit_learn_topics'") }} as mit_learn_topics,
    {{ json_list("body -> 'instructors'") }} as instructors,
    {{ is_truthy("body -> 'hide_download'") }} as is_download_hidden,
    nullif(body ->> 'image_src', '') as image_path,
    body #>> '{course_image_metadata,description}' as image_description,
    body #>> '{course_image_metadata,image_metadata,image-alt}' as image_alt
from versions

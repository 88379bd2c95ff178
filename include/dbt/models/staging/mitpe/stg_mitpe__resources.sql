-- One row per course or program of MIT Professional Education: its version in force at as_of, typed and cleaned (sources.md 2.7).
-- The feed has one list for both, and only texts: lists are joined by bars, and most are HTML-escaped.

with {{ staged_versions(source('raw', 'mitpe__resources')) }}

select
    {{ version_columns() }},
    payload ->> 'uuid' as readable_id,
    {{ mitpe_resource_type('payload') }} as resource_type,
    {{ cleaned_html("payload ->> 'title'", 'text') }} as title,
    {{ cleaned_html("payload ->> 'description'") }} as description,
    payload ->> 'url' as path,
    payload ->> 'image__src' as image_path,
    payload ->> 'image__alt' as image_alt,
    {{ delivery_codes("payload ->> 'learning_format'") }} as delivery,
    case
        when payload ->> 'learning_format' in ('In Person', 'On Campus', 'Blended') then coalesce(payload ->> 'location', '')
        else ''
    end as location,
    {{ barred_list(cleaned_html("payload ->> 'topics'", 'text')) }} as topics,
    -- A list without names is one empty name: the records of Learn have it, and its loader drops it.
    {{ barred_list(cleaned_html("payload ->> 'lead_instructors'", 'text')) }}
    || {{ barred_list(cleaned_html("payload ->> 'instructors'", 'text')) }} as instructors,
    {{ barred_list(cleaned_html("payload ->> 'courses'", 'text')) }} as course_titles,
    {{ mitpe_price("payload ->> 'price'") }} as price,
    {{ barred_list("payload ->> 'run__readable_id'") }} as run_ids,
    {{ barred_list("payload ->> 'start_date'") }} as start_dates,
    {{ barred_list("payload ->> 'end_date'") }} as end_dates,
    {{ barred_list("payload ->> 'enrollment_end_date'") }} as enrollment_end_dates,
    {{ duration_columns("payload ->> 'duration'") }},
    {{ values_seen(source('raw', 'mitpe__resources'), mitpe_resource_type('history.payload')) }} as types_seen
from versions

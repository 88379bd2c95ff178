-- One row per event of MIT Professional Education: its version in force at as_of, typed and cleaned (sources.md 7.6).

with {{ staged_versions(source('raw', 'events_mitpe__events')) }}

select
    {{ version_columns() }},
    payload ->> 'id' as guid,
    {{ cleaned_html("payload ->> 'title'", 'unescaped') }} as title,
    {{ cleaned_html("payload ->> 'summary'", var('mitpe_news_text')) }} as summary,
    payload ->> 'url' as url_path,
    payload ->> 'image' as image_path,
    -- A day that is missing is the other one.
    coalesce(nullif(payload ->> 'start_date', ''), nullif(payload ->> 'end_date', ''))::date as first_day,
    coalesce(nullif(payload ->> 'end_date', ''), nullif(payload ->> 'start_date', ''))::date as last_day,
    coalesce(payload ->> 'time_range', '') as time_range
from versions

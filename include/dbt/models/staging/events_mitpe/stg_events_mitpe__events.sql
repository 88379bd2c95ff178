-- One row per event of MIT Professional Education: its version in force at as_of, typed and cleaned (sources.md 7.6).

with {{ staged_versions(source('raw', 'events_mitpe__events')) }}

select
    {{ version_columns() }},
    {{ mitpe_item_columns() }},
    -- A day that is missing is the other one.
    coalesce(nullif(payload ->> 'start_date', ''), nullif(payload ->> 'end_date', ''))::date as first_day,
    coalesce(nullif(payload ->> 'end_date', ''), nullif(payload ->> 'start_date', ''))::date as last_day,
    coalesce(payload ->> 'time_range', '') as time_range
from versions

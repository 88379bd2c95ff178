-- One row per offering of a course of Sloan Executive Education: its version in force at as_of, typed (sources.md 2.6). Dates are days on
-- the east coast.

with {{ staged_versions(source('raw', 'see__offerings')) }}

select
    {{ version_columns() }},
    -- Offerings have no order but that of the list: they keep the one in which they were first seen.
    (
        select min(history.version_id)
        from {{ source('raw', 'see__offerings') }} as history
        where history.record_key = versions.record_key and history.observed_at <= {{ as_of() }}
    ) as first_version_id,
    payload ->> 'Course_Id' as course_id,
    payload ->> 'CO_Title' as run_id,
    {{ eastern_moment("payload ->> 'Start_Date'") }} as start_date,
    {{ eastern_moment("payload ->> 'End_Date'") }} as end_date,
    payload ->> 'Delivery' as delivery_label,
    payload ->> 'Format' as format_label,
    payload ->> 'Location' as location,
    (payload ->> 'Price')::numeric as price,
    {{ known_currency("(payload ->> 'Currency')") }} as currency,
    nullif(payload ->> 'Continuing_Ed_Credits', '')::numeric as credits,
    nullif(payload ->> 'Faculty_Name', '') as faculty_names,
    {{ duration_columns("(payload ->> 'Duration')") }},
    {{ commitment_columns("(payload ->> 'Time_Commitment')") }}
from versions

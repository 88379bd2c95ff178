-- One row per course of Sloan Executive Education: its version in force at as_of, typed (sources.md 2.6). A description is plain text and
-- stays as it was sent; one with markup, which Learn would show as such, is cleaned.

with {{ staged_versions(source('raw', 'see__courses')) }}

select
    {{ version_columns() }},
    payload ->> 'Course_Id' as readable_id,
    payload ->> 'Title' as title,
    case
        when payload ->> 'Description' ~ '<[a-zA-Z/!]' then {{ cleaned_html("payload ->> 'Description'") }}
        else payload ->> 'Description'
    end as description,
    nullif(payload ->> 'URL', '') as url,
    nullif(payload ->> 'Image_Src', '') as image_url,
    -- "Business: Leadership & Organizations": what follows the last colon.
    btrim(substring(payload ->> 'Topics' from '[^:]*$'), E' \t\n\r\f\v') as topic
from versions

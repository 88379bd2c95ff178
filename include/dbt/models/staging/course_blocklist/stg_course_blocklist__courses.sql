-- One row per course that is, or was, on the block list, as of as_of.

with {{ staged_versions(source('raw', 'course_blocklist__courses')) }}

select
    {{ version_columns() }},
    payload ->> 'readable_id' as readable_id
from versions

-- One row per xPRO course: its version in force at as_of (sources.md 2.5). The payload stays whole because courses come twice, here and
-- inside programs, and int_xpro__course_records types both in one place.

with {{ staged_versions(source('raw', 'xpro__courses')) }}

select
    {{ version_columns() }},
    payload ->> 'readable_id' as readable_id,
    payload ->> 'platform' as platform_label,
    {{ cleaned_html("payload ->> 'description'") }} as description,
    payload as course,
    {{ values_seen(source('raw', 'xpro__courses'), "history.payload ->> 'platform'") }} as platform_labels_seen
from versions

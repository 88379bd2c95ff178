-- One row per xPRO course: its version in force at as_of (sources.md 2.5). The payload stays whole because courses come twice, here and
-- inside programs, and int_xpro__course_records types both in one place.

with changed as (

    {{ changed_versions(source('raw', 'xpro__courses')) }}

)

select
    changed.record_key,
    changed.source_version_id,
    changed.is_removed,
    raw_versions.observed_at,
    raw_versions.payload ->> 'readable_id' as readable_id,
    raw_versions.payload ->> 'platform' as platform_label,
    {{ cleaned_html("raw_versions.payload ->> 'description'") }} as description,
    raw_versions.payload as course,
    {{ values_seen(source('raw', 'xpro__courses'), "history.payload ->> 'platform'") }} as platform_labels_seen,
    '{{ code_hash() }}' as code_hash
from changed
inner join {{ source('raw', 'xpro__courses') }} as raw_versions
    on changed.payload_version_id = raw_versions.version_id

-- One row per YouTube channel of the list of channels (sources.md 2.10).

with {{ staged_versions(source('raw', 'youtube__playlists')) }}

select
    record_key,
    source_version_id,
    is_removed,
    observed_at,
    payload #>> '{channel,id}' as channel_id,
    payload #>> '{channel,snippet,title}' as title,
    '{{ code_hash() }}' as code_hash
from versions
where payload ->> 'kind' = 'channel'

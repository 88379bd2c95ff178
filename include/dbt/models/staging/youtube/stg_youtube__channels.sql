-- One row per YouTube channel of the list of channels (sources.md 2.10).

with {{ staged_versions(source('raw', 'youtube__playlists')) }}

select
    {{ version_columns() }},
    payload #>> '{channel,id}' as channel_id,
    payload #>> '{channel,snippet,title}' as title
from versions
where payload ->> 'kind' = 'channel'

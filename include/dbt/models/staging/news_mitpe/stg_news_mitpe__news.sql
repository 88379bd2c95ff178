-- One row per piece of news of MIT Professional Education: its version in force at as_of, typed and cleaned (sources.md 7.5).

with {{ staged_versions(source('raw', 'news_mitpe__news')) }}

select
    {{ version_columns() }},
    {{ mitpe_item_columns() }},
    coalesce(payload ->> 'author', '') as author,
    {{ eastern_moment("payload ->> 'date'") }} as published_at
from versions

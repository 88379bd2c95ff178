-- One row per article of Learn's staff: its version in force at as_of (sources.md 7.7).

with {{ staged_versions(source('raw', 'news_learn__articles')) }}

select
    {{ version_columns() }},
    (payload ->> 'id')::bigint as article_id,
    payload ->> 'title' as title,
    payload ->> 'slug' as slug,
    {{ json_object("payload -> 'content'") }} as document,
    payload ->> 'cover_image' as cover_image,
    btrim(concat_ws(' ', payload #>> '{author,first_name}', payload #>> '{author,last_name}')) as author_name,
    payload #>> '{author,username}' as author_username,
    coalesce(payload ->> 'publish_date', payload ->> 'created_on')::timestamptz as published_at
from versions

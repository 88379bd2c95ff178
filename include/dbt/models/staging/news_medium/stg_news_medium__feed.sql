-- Medium's feed and its articles, one row each: the version in force at as_of, typed and cleaned (sources.md 7.1).

with {{ staged_versions(source('raw', 'news_medium__feed')) }}

select
    {{ version_columns() }},
    payload ->> 'kind' as kind,
    payload ->> 'url' as feed_url,
    payload #>> '{feed,title}' as feed_title,
    payload #>> '{feed,subtitle}' as feed_subtitle,
    payload #>> '{feed,image,href}' as feed_image_url,
    payload #>> '{feed,image,title}' as feed_image_title,
    payload -> 'items' as item_keys,
    payload #>> '{item,guid}' as guid,
    payload #>> '{item,title}' as title,
    payload #>> '{item,entry_link}' as url,
    {{ cleaned_html("payload #>> '{item,summary}'", 'plain') }} as summary,
    {{ cleaned_html("payload #>> '{item,content}'") }} as content,
    payload #>> '{item,image,url}' as image_url,
    payload #>> '{item,image,alt}' as image_alt,
    {{ text_array("payload #> '{item,authors}'") }} as authors,
    {{ text_array("payload #> '{item,tags}'") }} as tags,
    (payload #>> '{item,published}')::timestamptz as published_at
from versions

-- One row per post of the blog of Sloan Executive Education: its version in force at as_of, typed and cleaned (sources.md 7.2).

with {{ staged_versions(source('raw', 'news_sloan__posts'), more={'nodes': "payload -> 'contentNodes'"}) }}

select
    {{ version_columns() }},
    payload ->> 'managedContentId' as guid,
    {{ cleaned_html("payload ->> 'title'", 'unescaped') }} as title,
    {{ cleaned_html("nodes #>> '{Summary,value}'", 'unescaped_clean') }} as summary,
    {{ cleaned_html("nodes #>> '{First_Section_Content,value}'", 'unescaped_clean') }} as content,
    (payload ->> 'contentUrlName') || '-' || (payload ->> 'managedContentId') as url_name,
    nodes #>> '{Featured_Image,url}' as image_path,
    coalesce(nodes #>> '{Featured_Image,altText}', '') as image_alt,
    coalesce(nodes #>> '{Featured_Image,title}', '') as image_title,
    {{ cleaned_html("nodes #>> '{Quote_Author,value}'", 'unescaped') }} as author,
    array(
        select {{ cleaned_html("topics.topic ->> 'name'", 'unescaped') }}
        from jsonb_array_elements({{ json_list("payload #> '{associations,topics}'") }}) with ordinality as topics (topic, position)
        where jsonb_typeof(topics.topic) = 'object'
        order by topics.position
    ) as topics,
    (payload ->> 'publishedDate')::timestamptz as published_at
from versions

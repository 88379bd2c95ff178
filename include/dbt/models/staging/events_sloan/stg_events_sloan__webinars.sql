-- One row per webinar of Sloan Executive Education: its version in force at as_of, typed and cleaned (sources.md 7.3).

with {{ staged_versions(source('raw', 'events_sloan__webinars'), more={'nodes': "payload -> 'contentNodes'"}) }}

select
    {{ version_columns() }},
    payload ->> 'contentKey' as guid,
    payload ->> 'title' as title,
    {{ cleaned_html("nodes #>> '{Summary,value}'", 'plain') }} as summary,
    {{ cleaned_html("nodes #>> '{Full_Webinar_Summary,value}'", 'plain') }} as content,
    nodes #>> '{CTA_Button_URL,value}' as url,
    nodes #>> '{Card_Image,url}' as image_path,
    coalesce(nodes #>> '{Card_Image,altText}', '') as image_alt,
    coalesce(nodes #>> '{Image_Text,value}', '') as date_text,
    array(
        select topics.topic ->> 'name'
        from jsonb_array_elements({{ json_list("payload #> '{associations,topics}'") }}) with ordinality as topics (topic, position)
        where jsonb_typeof(topics.topic) = 'object'
        order by topics.position
    ) as topics
from versions

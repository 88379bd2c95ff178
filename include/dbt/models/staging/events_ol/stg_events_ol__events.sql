-- One row per event of MIT Open Learning, with the words and the picture behind its relations (sources.md 7.4).

with {{ staged_versions(source('raw', 'events_ol__events'), more={
    'attributes': "payload #> '{event,attributes}'",
    'image_meta': "payload #> '{image,picture,relationships,field_media_image,data,meta}'"
}) }}

select
    {{ version_columns() }},
    payload #>> '{event,id}' as guid,
    attributes ->> 'title' as title,
    {{ cleaned_html("attributes #>> '{body,value}'") }} as body,
    attributes #>> '{path,alias}' as url_path,
    payload #>> '{image,file,attributes,uri,url}' as image_path,
    image_meta ->> 'alt' as image_alt,
    image_meta ->> 'title' as image_title,
    {{ eastern_moment("attributes #>> '{field_event_date,value}'") }} as starts_at,
    {{ eastern_moment("attributes #>> '{field_event_date,end_value}'") }} as ends_at,
    {{ term_names("payload #> '{related,field_location_tag}'") }} as locations,
    {{ term_names("payload #> '{related,field_event_audience}'") }} as audiences,
    {{ term_names("payload #> '{related,field_event_category}'") }} as categories
from versions

-- The seeds keep lists as JSON; Learn keeps them as arrays.

-- step: offerors
select
    code, name, professional,
    array(select jsonb_array_elements_text(offerings))::varchar[] as offerings,
    array(select jsonb_array_elements_text(audience))::varchar[] as audience,
    array(select jsonb_array_elements_text(formats))::varchar[] as formats,
    array(select jsonb_array_elements_text(fee))::varchar[] as fee,
    array(select jsonb_array_elements_text(certifications))::varchar[] as certifications,
    array(select jsonb_array_elements_text(content_types))::varchar[] as content_types,
    coalesce(more_information, '') as more_information,
    coalesce(value_prop, '') as value_prop,
    display_facet
from seed_offeror

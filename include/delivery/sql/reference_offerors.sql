-- step: update
with changed as (
    update learning_resources_learningresourceofferor as o
    set (name, professional, offerings, audience, formats, fee, certifications, content_types, more_information, value_prop,
         display_facet, updated_on)
        = (s.name, s.professional, s.offerings, s.audience, s.formats, s.fee, s.certifications, s.content_types, s.more_information,
           s.value_prop, s.display_facet, %(now)s)
    from ({offerors}) as s
    where o.code = s.code
      and (o.name, o.professional, o.offerings, o.audience, o.formats, o.fee, o.certifications, o.content_types, o.more_information,
           o.value_prop, o.display_facet)
        is distinct from (s.name, s.professional, s.offerings, s.audience, s.formats, s.fee, s.certifications, s.content_types,
                          s.more_information, s.value_prop, s.display_facet)
    returning o.code
)
insert into changed_reference (kind, key) select 'offeror', code from changed;

-- step: insert
insert into learning_resources_learningresourceofferor (
    code, name, professional, offerings, audience, formats, fee, certifications, content_types, more_information, value_prop,
    display_facet, created_on, updated_on
)
select
    s.code, s.name, s.professional, s.offerings, s.audience, s.formats, s.fee, s.certifications, s.content_types, s.more_information,
    s.value_prop, s.display_facet, %(now)s, %(now)s
from ({offerors}) as s
where not exists (select 1 from learning_resources_learningresourceofferor as o where o.code = s.code)
order by s.code;

-- Questions about the sources of the catalogue.

-- step: known_sources
select etl_source from incoming_unit union select etl_source from delivered_unit;

-- step: leaving_per_source
-- A source of which no record is left was read empty, or its models are broken: held back, however small it is.
select
    s.etl_source,
    (select count(*) from planned_unit as p where p.etl_source = s.etl_source and p.leaving and not p.decided) as leaving,
    (select count(*) from delivered_unit as d where d.etl_source = s.etl_source and d.published) as published,
    (select count(*) from incoming_unit as i where i.etl_source = s.etl_source and not i.is_removed) as present
from (select distinct etl_source from planned_unit) as s
order by s.etl_source;

-- How feeds are delivered (include.delivery.model.Modes), and what happens when one is switched on.

-- step: switched_on
select told.etl_source
from unnest(%(feeds)s::text[], %(modes)s::text[]) as told (etl_source, mode)
join feed_mode as f using (etl_source)
where told.mode = 'on' and f.mode <> 'on';

-- step: adopt_units
-- Learn's own loaders wrote while the feed was off: what we delivered before says nothing any more, and every unit is compared again.
update delivered_unit as d set unit_hash = '', published = r.published, is_removed = false
from learning_resources_learningresource as r
where d.etl_source = any(%(switched)s::text[]) and r.id = d.resource_id;

-- step: adopt_items
update delivered_feed_item set unit_hash = '' where feed = any(%(switched)s::text[]);

-- step: note_modes
insert into feed_mode (etl_source, mode, since, run_key)
select told.etl_source, told.mode, %(now)s, %(run_key)s
from unnest(%(feeds)s::text[], %(modes)s::text[]) as told (etl_source, mode)
on conflict (etl_source) do update set mode = excluded.mode, since = excluded.since, run_key = excluded.run_key
where feed_mode.mode <> excluded.mode;

-- step: forget_incoming
delete from incoming_unit where etl_source <> all(%(taken)s::text[]);

-- step: forget_planned
delete from planned_unit where etl_source <> all(%(taken)s::text[]);

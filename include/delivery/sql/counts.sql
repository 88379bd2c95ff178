-- step: chunk_counts
-- Unpublished: was visible in Learn, is not any more.
select
    count(*) filter (where u.is_new) as inserted,
    count(*) filter (where not u.is_new and not u.is_removed and not (u.before_published and not r.published)) as updated,
    count(*) filter (where not u.is_new and u.before_published and not r.published) as unpublished
from chunk_unit as u
join learning_resources_learningresource as r on r.id = u.resource_id;

-- step: add_to_run
insert into delivery_run (run_key, etl_source, started_at, inserted, updated, unpublished, attached, rows_written)
values (%(run_key)s, %(source)s, %(now)s, %(inserted)s, %(updated)s, %(unpublished)s, %(attached)s, %(rows_written)s)
on conflict (run_key, etl_source) do update set
    inserted = delivery_run.inserted + excluded.inserted,
    updated = delivery_run.updated + excluded.updated,
    unpublished = delivery_run.unpublished + excluded.unpublished,
    attached = delivery_run.attached + excluded.attached,
    rows_written = delivery_run.rows_written + excluded.rows_written;

-- step: finish_run
update delivery_run
set finished_at = %(now)s, unchanged = greatest(considered - inserted - updated - unpublished - held_back - rejected, 0)
where run_key = %(run_key)s;

-- The cap on removals (architecture.md 6), and what people decided about those that it held back.

-- step: apply_decisions
-- A decision holds while the unit has not come back since.
update planned_unit as p set decided = true, held = h.decision = 'reject'
from held_removal as h
where h.resource_key = p.resource_key and p.leaving and h.decision is not null and h.released_at is null and h.returned_at is null;

-- step: hold_sources
update planned_unit set held = true where leaving and not decided and etl_source = any(%(sources)s::text[]);

-- step: record_held
insert into held_removal (resource_key, etl_source, run_key, held_at)
select p.resource_key, p.etl_source, %(run_key)s, %(now)s
from planned_unit as p
where p.held and not exists (
    select 1 from held_removal as h
    where h.resource_key = p.resource_key and h.released_at is null and h.returned_at is null
)
order by p.resource_key;

-- step: close_returned
-- Only of the sources of this delivery: the catalogue knows nothing of the news, nor they of it.
update held_removal as h set returned_at = %(now)s
where h.released_at is null and h.returned_at is null and h.etl_source = any(%(known)s::text[])
  and not exists (select 1 from planned_unit as p where p.resource_key = h.resource_key and p.leaving);

-- step: release_sources
-- Released with this very run, rejected ones too: the ledger keeps who said so, and a killed run is finished by the next.
update held_removal as h set decision = 'release', decided_at = %(now)s, decided_by = %(decided_by)s
from planned_unit as p
where p.resource_key = h.resource_key and p.held and p.etl_source = any(%(released)s::text[])
  and h.released_at is null and h.returned_at is null;

-- step: let_go
update planned_unit set held = false where held and etl_source = any(%(released)s::text[]);

-- step: open_run
insert into delivery_run (run_key, etl_source, started_at, considered, held_back, rejected)
select
    %(run_key)s, s.etl_source, %(now)s,
    (
        select count(*) from incoming_unit as i full join planned_unit as p using (resource_key)
        where coalesce(i.etl_source, p.etl_source) = s.etl_source
    ),
    (select count(*) from planned_unit as p where p.etl_source = s.etl_source and p.held and not p.decided),
    (select count(*) from planned_unit as p where p.etl_source = s.etl_source and p.held and p.decided)
from (select etl_source from incoming_unit union select etl_source from planned_unit) as s
on conflict (run_key, etl_source) do update set
    considered = excluded.considered, held_back = excluded.held_back, rejected = excluded.rejected;

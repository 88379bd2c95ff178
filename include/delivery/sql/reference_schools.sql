-- Schools have no natural key in Learn: a school is the row that we delivered it as, else the row of its name.

-- step: match_delivered
update seed_school as s set target_id = l.id
from pipelines.reference_row as k
join learning_resources_learningresourceschool as l on l.id = k.target_id
where k.kind = 'school' and k.natural_key = s.id;

-- step: match_by_name
update seed_school as s set target_id = l.id
from (select name, min(id) as id from learning_resources_learningresourceschool group by name) as l
where s.target_id is null and l.name = s.name;

-- step: update
with changed as (
    update learning_resources_learningresourceschool as l set name = s.name, url = s.url, updated_on = %(now)s
    from seed_school as s
    where l.id = s.target_id and (l.name, l.url) is distinct from (s.name, s.url)
    returning l.id
)
insert into changed_reference (kind, key) select 'school', id from changed;

-- step: insert
insert into learning_resources_learningresourceschool (name, url, created_on, updated_on)
select s.name, s.url, %(now)s, %(now)s from seed_school as s where s.target_id is null
order by length(s.id), s.id;

-- step: learn_new_ids
update seed_school as s set target_id = l.id
from learning_resources_learningresourceschool as l
where s.target_id is null and l.name = s.name;

-- step: remember
insert into pipelines.reference_row (kind, natural_key, target_id, delivered_at, run_key)
select 'school', s.id, s.target_id, %(now)s, %(run_key)s from seed_school as s
on conflict (kind, natural_key) do update set target_id = excluded.target_id, delivered_at = excluded.delivered_at, run_key = excluded.run_key
where reference_row.target_id <> excluded.target_id;

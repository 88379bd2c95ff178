-- A topic is the row that we delivered it as, else the row of its uuid, else the row of its name (Learn compares without case).
-- Learn's own uuid stays: two of its topics were made with random ones.

-- step: match_delivered
update seed_topic as s set target_id = t.id
from pipelines.reference_row as k
join learning_resources_learningresourcetopic as t on t.id = k.target_id
where k.kind = 'topic' and k.natural_key = s.topic_uuid::text;

-- step: match_by_uuid
update seed_topic as s set target_id = t.id
from (select topic_uuid, min(id) as id from learning_resources_learningresourcetopic group by topic_uuid) as t
where s.target_id is null and t.topic_uuid = s.topic_uuid;

-- step: match_by_name
update seed_topic as s set target_id = t.id
from learning_resources_learningresourcetopic as t
where s.target_id is null and lower(t.name) = lower(s.name)
  and not exists (select 1 from seed_topic as other where other.target_id = t.id);

-- step: insert
with recursive ranked as (
    select s.topic_uuid, s.name, s.icon, s.target_id, 0 as depth from seed_topic as s where s.parent_name is null
    union all
    select s.topic_uuid, s.name, s.icon, s.target_id, r.depth + 1 from seed_topic as s join ranked as r on r.name = s.parent_name
)
insert into learning_resources_learningresourcetopic (topic_uuid, name, icon, created_on, updated_on)
select r.topic_uuid, r.name, coalesce(r.icon, ''), %(now)s, %(now)s from ranked as r where r.target_id is null
order by r.depth, r.name;

-- step: place_new
-- The parents of new topics, which may be new themselves.
update learning_resources_learningresourcetopic as t set parent_id = p.target_id
from seed_topic as s
join (
    select o.name, coalesce(o.target_id, n.id) as target_id
    from seed_topic as o
    left join learning_resources_learningresourcetopic as n on n.topic_uuid = o.topic_uuid
) as p on p.name = s.parent_name
where s.target_id is null and t.topic_uuid = s.topic_uuid;

-- step: learn_new_ids
update seed_topic as s set target_id = t.id
from learning_resources_learningresourcetopic as t
where s.target_id is null and t.topic_uuid = s.topic_uuid;

-- step: update
with changed as (
    update learning_resources_learningresourcetopic as t
    set name = s.name, icon = coalesce(s.icon, ''), parent_id = p.target_id, updated_on = %(now)s
    from seed_topic as s
    left join seed_topic as p on p.name = s.parent_name
    where t.id = s.target_id and (t.name, t.icon, t.parent_id) is distinct from (s.name, coalesce(s.icon, ''), p.target_id)
    returning t.id
)
insert into changed_reference (kind, key) select 'topic', id from changed;

-- step: remember
insert into pipelines.reference_row (kind, natural_key, target_id, delivered_at, run_key)
select 'topic', s.topic_uuid::text, s.target_id, %(now)s, %(run_key)s from seed_topic as s
on conflict (kind, natural_key) do update set target_id = excluded.target_id, delivered_at = excluded.delivered_at, run_key = excluded.run_key
where reference_row.target_id <> excluded.target_id;

-- Mappings have no unique constraint. Ours are those in the ledger; what editors added is not there and stays.

-- step: resolve
update seed_mapping as s set topic_id = t.target_id from seed_topic as t where t.name = s.mapped_to;

-- step: insert
insert into learning_resources_learningresourcetopicmapping (topic_name, offeror_id, topic_id, created_on, updated_on)
select distinct on (s.offeror_code, s.topic_name, s.topic_id) s.topic_name, s.offeror_code, s.topic_id, %(now)s::timestamptz, %(now)s::timestamptz
from seed_mapping as s
where not exists (
    select 1 from learning_resources_learningresourcetopicmapping as m
    where m.topic_name = s.topic_name and m.offeror_id = s.offeror_code and m.topic_id = s.topic_id
)
order by s.offeror_code, s.topic_name, s.topic_id;

-- step: delete
delete from learning_resources_learningresourcetopicmapping as m
using pipelines.reference_row as k
where k.kind = 'mapping' and k.target_id = m.id and not exists (
    select 1 from seed_mapping as s
    where s.topic_name = m.topic_name and s.offeror_code = m.offeror_id and s.topic_id = m.topic_id
);

-- step: forget
delete from pipelines.reference_row as k
where k.kind = 'mapping'
  and not exists (select 1 from learning_resources_learningresourcetopicmapping as m where m.id = k.target_id);

-- step: remember
insert into pipelines.reference_row (kind, natural_key, target_id, delivered_at, run_key)
select 'mapping', m.id::text, m.id, %(now)s, %(run_key)s
from (
    select min(m.id) as id
    from learning_resources_learningresourcetopicmapping as m
    join seed_mapping as s on s.topic_name = m.topic_name and s.offeror_code = m.offeror_id and s.topic_id = m.topic_id
    group by m.topic_name, m.offeror_id, m.topic_id
) as m
where not exists (select 1 from pipelines.reference_row as k where k.kind = 'mapping' and k.target_id = m.id)
order by m.id;

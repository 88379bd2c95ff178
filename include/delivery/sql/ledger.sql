-- What the chunk did, in the transaction that did it.

-- step: enqueue_units
-- A resource that neither was nor is published has no document.
insert into outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
select r.id, r.resource_type, r.etl_source, case when r.published then 'changed' else 'unpublished' end, %(now)s, %(run_key)s
from chunk_unit as u
join learning_resources_learningresource as r on r.id = u.resource_id
where r.published or u.before_published
order by u.position;

-- step: enqueue_dependents
-- Documents of parents show the title and readable_id of their children and count the published ones; episodes and videos show which
-- podcasts and playlists have them, playlists show their course; documents of other resources show an instructor's name
-- (target_model.md 2.6, 5.3).
insert into outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
select r.id, r.resource_type, r.etl_source, min(w.reason), %(now)s, %(run_key)s
from (
    select l.parent_id as resource_id, 'child' as reason
    from chunk_unit as u
    join learning_resources_learningresource as c on c.id = u.resource_id
    join learning_resources_learningresourcerelationship as l on l.child_id = c.id
    where not u.is_new
      and (u.before_title, u.before_readable_id, u.before_published) is distinct from (c.title, c.readable_id, c.published)
    union all
    select l.child_id, 'parent'
    from chunk_unit as u
    join learning_resources_learningresource as p on p.id = u.resource_id
    join learning_resources_learningresourcerelationship as l on l.parent_id = p.id
    where l.relation_type in ('PLAYLIST_VIDEOS', 'PODCAST_EPISODES')
      and (
          (u.before_title, u.before_readable_id, u.before_published) is distinct from (p.title, p.readable_id, p.published)
          or not exists (select 1 from before_child as b where b.parent_id = p.id and b.child_id = l.child_id)
      )
    union all
    select b.child_id, 'parent'
    from before_child as b
    where not exists (
        select 1 from learning_resources_learningresourcerelationship as l where l.parent_id = b.parent_id and l.child_id = b.child_id
    )
    union all
    select l.learning_resource_id, 'parent'
    from chunk_unit as u
    join learning_resources_learningresource as p on p.id = u.resource_id and p.resource_type = 'course'
    join learning_resources_videoplaylist as l on l.parent_learning_resource_id = p.id
    union all
    select n.learning_resource_id, 'instructor'
    from changed_instructor as s
    join learning_resources_runinstructorrelationship as l on l.instructor_id = s.id
    join learning_resources_learningresourcerun as n on n.id = l.run_id
) as w
join learning_resources_learningresource as r on r.id = w.resource_id
where r.published and not exists (select 1 from chunk_unit as u where u.resource_id = r.id)
group by r.id, r.resource_type, r.etl_source
order by r.id;

-- step: record_units
insert into delivered_unit (
    resource_key, etl_source, unit_hash, resource_id, published, is_removed, force_ingest, best_run, delivered_at, run_key
)
select
    u.resource_key, u.etl_source, u.unit_hash, u.resource_id, u.published and not u.is_removed, u.is_removed,
    coalesce(i.force_ingest, d.force_ingest, false), u.best_run_id, %(now)s, %(run_key)s
from chunk_unit as u
left join incoming_resource as i using (resource_key)
left join delivered_unit as d using (resource_key)
order by u.position
on conflict (resource_key) do update set
    etl_source = excluded.etl_source,
    unit_hash = excluded.unit_hash,
    resource_id = excluded.resource_id,
    published = excluded.published,
    is_removed = excluded.is_removed,
    force_ingest = excluded.force_ingest,
    best_run = excluded.best_run,
    delivered_at = excluded.delivered_at,
    run_key = excluded.run_key;

-- step: release_held
update held_removal as h set released_at = %(now)s
from chunk_unit as u
where h.resource_key = u.resource_key and h.released_at is null and h.returned_at is null;

-- Find the row of Learn that each unit of the chunk is.

-- step: match_by_natural_key
update chunk_unit as u set resource_id = r.id
from learning_resources_learningresource as r
where r.platform_id = u.platform_code and r.resource_type = u.resource_type and r.readable_id = u.readable_id;

-- step: match_by_url
-- OCW is matched on its url, and the row gets the new readable_id (sources.md 6.1, 6.2). A row whose own readable_id is still in
-- the catalogue belongs to that other unit. Learn deletes further rows of the same url; ids are kept here, so nothing is deleted.
with candidate as (
    select
        u.resource_key,
        r.id,
        row_number() over (
            partition by u.resource_key order by (d.resource_id is not null) desc, r.published desc, r.updated_on desc, r.id
        ) as preference,
        row_number() over (partition by r.id order by u.resource_key) as claim
    from chunk_unit as u
    join incoming_resource as i using (resource_key)
    join learning_resources_learningresource as r on r.platform_id = u.platform_code and r.resource_type = u.resource_type and r.url = i.url
    left join delivered_unit as d on d.resource_id = r.id
    where u.resource_id is null and u.platform_code = 'ocw' and u.resource_type = 'course' and not exists (
        select 1 from incoming_unit as other
        where not other.is_removed and other.platform_code = r.platform_id and other.resource_type = r.resource_type
          and other.readable_id = r.readable_id
    )
)
update chunk_unit as u set resource_id = c.id
from candidate as c
where c.resource_key = u.resource_key and c.preference = 1 and c.claim = 1;

-- step: forget_former_keys
delete from delivered_unit as d
using chunk_unit as u
where d.resource_id = u.resource_id and d.resource_key <> u.resource_key;

-- step: remember_before
update chunk_unit as u set before_title = r.title, before_readable_id = r.readable_id, before_published = r.published
from learning_resources_learningresource as r
where r.id = u.resource_id;

-- step: remember_children
insert into before_child (parent_id, child_id)
select l.parent_id, l.child_id
from chunk_unit as u
join learning_resources_learningresourcerelationship as l on l.parent_id = u.resource_id
where l.relation_type in ('PLAYLIST_VIDEOS', 'PODCAST_EPISODES');

-- step: analyze_matches
-- How many are in Learn already.
analyze chunk_unit (resource_id);

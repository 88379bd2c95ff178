-- Channels of video sites: Learn has a row for each; here they follow their playlists.

-- rows: insert_channels
insert into learning_resources_videochannel (channel_id, title, published, etl_source, created_on, updated_on)
select i.channel_id, max(i.channel_title), true, max(u.etl_source), %(now)s, %(now)s
from incoming_playlist as i
join chunk_unit as u using (resource_key)
where not exists (select 1 from learning_resources_videochannel as c where c.channel_id = i.channel_id)
group by i.channel_id
order by i.channel_id;

-- step: resolve_parents
update incoming_playlist as i set parent_learning_resource_id = r.id
from learning_resources_learningresource as r
where r.platform_id = i.parent_platform_id and r.resource_type = i.parent_resource_type and r.readable_id = i.parent_readable_id;

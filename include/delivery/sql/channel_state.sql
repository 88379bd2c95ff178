-- What the channels of the chunk's playlists are called, and whether one of their playlists is shown.

-- rows: update_channels
update learning_resources_videochannel as c
set title = w.title, published = w.published, etl_source = w.etl_source, updated_on = %(now)s
from (
    select
        t.channel_id,
        coalesce(max(i.channel_title), t.title) as title,
        coalesce(max(u.etl_source) filter (where i.channel_id is not null), t.etl_source) as etl_source,
        exists (
            select 1 from learning_resources_videoplaylist as p
            join learning_resources_learningresource as r on r.id = p.learning_resource_id and r.published
            where p.channel_id = t.channel_id
        ) as published
    from chunk_unit as u
    join learning_resources_videoplaylist as l on l.learning_resource_id = u.resource_id
    join learning_resources_videochannel as t on t.channel_id = l.channel_id
    left join incoming_playlist as i on i.resource_key = u.resource_key
    group by t.channel_id, t.title, t.etl_source
) as w
where c.channel_id = w.channel_id and (c.title, c.published, c.etl_source) is distinct from (w.title, w.published, w.etl_source);

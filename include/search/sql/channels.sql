-- The address of each published channel that stands for a topic, a department or a unit (offeror).
select link.kind, link.key, %(base_url)s || '/c/' || channel.channel_type || '/' || channel.name as url
from (
    select 'topic' as kind, topic_id::text as key, channel_id from channels_channeltopicdetail
    union all
    select 'department', department_id, channel_id from channels_channeldepartmentdetail
    union all
    select 'offeror', unit_id, channel_id from channels_channelunitdetail
) as link
join channels_channel as channel on channel.id = link.channel_id
where channel.published and link.key is not null
order by link.kind, link.key, url;

-- Per feed: the items that Learn shows of the sources that were delivered to.
with sources as (

    select distinct
        delivered.feed,
        item.source_id
    from pipelines.delivered_feed_item as delivered
    inner join public.news_events_feeditem as item on item.id = delivered.item_id

)

select
    sources.feed,
    item.id
from sources
inner join public.news_events_feeditem as item on item.source_id = sources.source_id;

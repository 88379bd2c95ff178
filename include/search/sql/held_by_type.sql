-- How many documents of each type the index should hold: all of them, and those that no outbox entry is about to touch.
select
    held.resource_type,
    count(*) as documents,
    count(*) filter (
        where not exists (select from pipelines.outbox where outbox.resource_id = held.resource_id)
    ) as settled
from pipelines.indexed_document as held
group by held.resource_type
order by held.resource_type;

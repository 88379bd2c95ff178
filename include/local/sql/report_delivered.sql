-- Per source: rows of Learn's tables written by deliveries since a moment.
select
    etl_source as source,
    sum(rows_written)::bigint as rows_delivered
from pipelines.delivery_run
where started_at >= %(since)s
group by etl_source;

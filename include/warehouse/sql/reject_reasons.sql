select
    source,
    stream,
    reason,
    count(*) as records,
    min(record_key) as example_key,
    min(where_found) as example_where,
    (array_agg(sample order by record_key))[1] as example_sample
from ops.rejects
where run_key = %(run_key)s
group by source, stream, reason
order by records desc, source, stream, reason

-- Per source: records landed and raw versions written by loads since a moment. A stream that was read twice counts once as landed.
with streams as (

    select
        source,
        stream,
        max(landed) as landed,
        sum(new_versions + removed) as raw_versions
    from ops.loads
    where loaded_at >= %(since)s
    group by source, stream

)

select
    source,
    sum(landed)::bigint as landed,
    sum(raw_versions)::bigint as raw_versions
from streams
group by source;

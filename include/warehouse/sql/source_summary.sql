select
    load.source,
    load.stream,
    max(load.observed_at) as observed_at,
    max(load.loaded_at) as loaded_at,
    (array_agg(load.manifest_key order by load.observed_at desc))[1] as last_manifest,
    count(*) as loads,
    sum(load.landed)::bigint as landed,
    sum(load.new_versions)::bigint as new_versions,
    sum(load.removed)::bigint as removed,
    sum(load.rejected)::bigint as rejected
from ops.loads as load
group by load.source, load.stream
order by load.source, load.stream

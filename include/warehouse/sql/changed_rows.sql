-- Positions (from 1) of the given records whose content differs from the version effective at the moment of the manifest.
-- The keys are kept as well, for the question which records the whole manifest lacks.
with item as (
    select record_key, content_hash, position
    from unnest(%(keys)b::text[], %(hashes)b::bytea[]) with ordinality as given (record_key, content_hash, position)
),
kept as (
    insert into pg_temp.landed_keys (record_key) select record_key from item
)
select item.position
from item
left join lateral (
    select version.content_hash
    from raw.{table} as version
    where version.record_key = item.record_key and version.observed_at <= %(observed_at)s
    order by version.observed_at desc, version.version_id desc
    limit 1
) as latest on true
where item.content_hash is not null and latest.content_hash is distinct from item.content_hash
order by item.position

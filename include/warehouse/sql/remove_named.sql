-- Mark the named records as gone, where they are known, not gone already, and not in the manifest.
insert into raw.{table} (record_key, observed_at, run_key, object_key, is_removed)
select named.record_key, %(observed_at)s, %(run_key)s, %(object_key)s, true
from (select distinct record_key from unnest(%(keys)b::text[]) as given (record_key)) as named
cross join lateral (
    select version.is_removed
    from raw.{table} as version
    where version.record_key = named.record_key and version.observed_at <= %(observed_at)s
    order by version.observed_at desc, version.version_id desc
    limit 1
) as latest
where not latest.is_removed
    and not exists (select from pg_temp.landed_keys as landed where landed.record_key = named.record_key)

-- Mark as gone what was there at the moment of the manifest and is not in it, except in the parts that could not be read.
insert into raw.{table} (record_key, observed_at, run_key, object_key, is_removed)
select latest.record_key, %(observed_at)s, %(run_key)s, %(object_key)s, true
from (
    select distinct on (version.record_key) version.record_key, version.is_removed
    from raw.{table} as version
    where version.observed_at <= %(observed_at)s
    order by version.record_key, version.observed_at desc, version.version_id desc
) as latest
where not latest.is_removed
    and not exists (select from pg_temp.landed_keys as landed where landed.record_key = latest.record_key)
    and not exists (select from unnest(%(unread)s::text[]) as given (prefix) where starts_with(latest.record_key, given.prefix))

-- What a record that is missing from this manifest is after it: gone when it was missing often enough, else as it was. Written where that is
-- not what is known already: an older manifest that comes late may have had the record, and then it was not missing so often after all.
insert into raw.{table} (record_key, observed_at, run_key, object_key, payload, content_hash, is_removed)
select
    absent.record_key, %(observed_at)s, %(run_key)s, %(object_key)s,
    case when not wanted.is_removed then before.payload end,
    case when not wanted.is_removed then before.content_hash end,
    wanted.is_removed
from ops.absences as absent
cross join lateral (select absent.absences >= %(allowed)s as is_removed) as wanted
cross join lateral (
    select version.payload, version.content_hash
    from raw.{table} as version
    where version.record_key = absent.record_key and version.observed_at <= %(observed_at)s and version.object_key <> %(object_key)s
    order by version.observed_at desc, version.version_id desc
    limit 1
) as before
cross join lateral (
    select version.is_removed
    from raw.{table} as version
    where version.record_key = absent.record_key and version.observed_at <= %(observed_at)s
    order by version.observed_at desc, version.version_id desc
    limit 1
) as known
where absent.manifest_key = %(object_key)s and known.is_removed <> wanted.is_removed
returning is_removed

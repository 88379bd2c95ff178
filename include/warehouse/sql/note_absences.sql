-- For a stream whose records may be missing for a while: how many complete reads in a row, up to this manifest, each record was missing from
-- that was there before. A part that could not be read, and a read that was not complete, neither count nor break the row; a record that is
-- seen has no line here, and begins anew.
insert into ops.absences (source, stream, record_key, manifest_key, absences)
select %(source)s, %(stream)s, latest.record_key, %(object_key)s, coalesce(known.absences, 0) + case when told.missing then 1 else 0 end
from (
    select distinct on (version.record_key) version.record_key, version.is_removed
    from raw.{table} as version
    where version.observed_at <= %(observed_at)s and version.object_key <> %(object_key)s
    order by version.record_key, version.observed_at desc, version.version_id desc
) as latest
left join ops.absences as known
    on known.source = %(source)s and known.stream = %(stream)s and known.record_key = latest.record_key
    and known.manifest_key = (
        select loaded.manifest_key from ops.loads as loaded
        where loaded.source = %(source)s and loaded.stream = %(stream)s
            and (loaded.observed_at, loaded.manifest_key) < (%(observed_at)s, %(object_key)s)
        order by loaded.observed_at desc, loaded.manifest_key desc
        limit 1
    )
cross join lateral (
    select %(complete)s and not exists (
        select from unnest(%(unread)s::text[]) as given (prefix) where starts_with(latest.record_key, given.prefix)
    ) as missing
) as told
where not latest.is_removed
    and not exists (select from pg_temp.landed_keys as landed where landed.record_key = latest.record_key)
    and (told.missing or known.absences is not null)

-- One table per stream: versions of records, append-only. The state at a moment is, per record_key, the row with the latest
-- (observed_at, version_id) not after it. A row with is_removed has no payload and no hash: what was known is in the row before it.
create table if not exists raw.{table} (
    version_id bigint generated always as identity primary key,
    record_key text not null,
    payload jsonb,
    content_hash bytea,
    observed_at timestamptz not null,
    run_key text not null,
    object_key text not null,
    line_number integer,
    is_removed boolean not null default false,
    check (is_removed = (payload is null) and is_removed = (content_hash is null))
);
create index if not exists {index} on raw.{table} (record_key, observed_at desc, version_id desc) include (is_removed, content_hash);

-- The ledger of the search index, beside the outbox in the schema `pipelines` of Learn's database. Safe to run again.
do $$
begin
    -- Not `create schema if not exists`: that asks for the right to create schemas even when there is nothing to create.
    if to_regnamespace('pipelines') is null then
        create schema pipelines;
    end if;
end
$$;

-- What the index holds, one row per document that it acknowledged.
create table if not exists pipelines.indexed_document (
    resource_id integer primary key,
    resource_type text not null,
    document_hash bytea not null, -- sha256 of the document's text
    version bigint not null, -- outbox sequence, the external version in the index
    indexed_at timestamptz not null,
    run_key text not null
);
create index if not exists indexed_document_by_type on pipelines.indexed_document (resource_type);

-- Documents that the index refused. A row leaves when the resource is accepted or removed later.
create table if not exists pipelines.rejected_document (
    resource_id integer primary key,
    resource_type text not null,
    version bigint not null,
    reason text not null,
    sample text not null, -- the first 300 characters of the document
    rejected_at timestamptz not null,
    run_key text not null
);

-- One row per sync. An unfinished row says that the index may hold more than indexed_document knows, up to its horizon.
create table if not exists pipelines.sync_run (
    sync_run_id bigint generated always as identity primary key,
    run_key text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    horizon bigint not null, -- the highest outbox sequence that this sync could read
    considered integer not null default 0,
    indexed integer not null default 0,
    deleted integer not null default 0,
    unchanged integer not null default 0,
    rejected integer not null default 0,
    reenqueued integer not null default 0 -- documents that the index had lost
);
create index if not exists sync_run_unfinished on pipelines.sync_run (horizon) where finished_at is null;

alter table pipelines.sync_run add column if not exists noticed integer not null default 0; -- documents that showed a changed row of others

-- What documents show of rows that they share or that others write, as it was at the last sync: one fingerprint per row.
create table if not exists pipelines.shown_row (
    kind text not null,
    key text not null,
    fingerprint bigint not null,
    primary key (kind, key)
);

-- One row per physical index that a rebuild made or replaced.
create table if not exists pipelines.physical_index (
    index_name text primary key,
    index_type text not null,
    state text not null check (state in ('loading', 'loaded', 'serving', 'retired')),
    position integer not null default 0, -- resource ids up to here are loaded
    loaded integer not null default 0, -- documents that the load put in
    run_key text not null,
    started_at timestamptz not null,
    served_from timestamptz,
    served_until timestamptz
);
create unique index if not exists one_candidate_per_type on pipelines.physical_index (index_type) where state in ('loading', 'loaded');

-- What an index that does not serve holds: a candidate, or a former one that may serve again. As indexed_document for the serving one.
create table if not exists pipelines.candidate_document (
    index_name text not null references pipelines.physical_index on delete cascade,
    resource_id integer not null,
    document_hash bytea not null,
    version bigint not null,
    primary key (index_name, resource_id)
);

-- What the last reconciliations found: one row per difference between the marts, Learn's tables and the index.
create table if not exists pipelines.reconciled_difference (
    run_key text not null,
    target text not null, -- postgres or index
    kind text not null, -- missing, extra, stale, wrong or refused
    resource_type text not null,
    key text not null, -- the unit's key in postgres, the document's id in the index
    title text not null,
    fields text[] not null,
    is_repaired boolean not null,
    found_at timestamptz not null,
    primary key (run_key, target, resource_type, key)
);

-- Timestamps as Django REST Framework renders them: UTC with Z, six decimals only when they are not zero.
create or replace function pipelines.iso_timestamp(moment timestamptz) returns text
language sql stable parallel safe
return to_char(
    moment at time zone 'UTC',
    case
        when date_trunc('second', moment) = moment then 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
        else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    end
);

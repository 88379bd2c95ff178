-- The state that delivery keeps beside Learn's tables, in the same database so that one commit covers both.

-- step: delivered_unit
-- One row per unit (a resource with all that hangs on it): what Learn holds of it, delivered when and by which run.
create table if not exists {schema}.delivered_unit (
    resource_key text primary key,
    etl_source text not null,
    unit_hash text not null,
    resource_id integer not null,
    published boolean not null,
    is_removed boolean not null,
    force_ingest boolean not null,
    best_run text,
    delivered_at timestamptz not null,
    run_key text not null
);

-- step: delivered_unit_by_resource
create index if not exists delivered_unit_by_resource on {schema}.delivered_unit (resource_id);

-- step: outbox
-- Resources whose search document may differ from what the index holds; the search sync deletes what it has acknowledged.
create table if not exists {schema}.outbox (
    sequence bigint generated always as identity primary key,
    resource_id integer not null,
    resource_type text not null,
    etl_source text not null,
    reason text not null,
    created_at timestamptz not null,
    run_key text not null
);

-- step: outbox_by_resource
create index if not exists outbox_by_resource on {schema}.outbox (resource_id);

-- step: delivery_run
-- Counts per run and source. The counts of a chunk are added by the transaction that writes the chunk.
create table if not exists {schema}.delivery_run (
    run_key text not null,
    etl_source text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    considered integer not null default 0,
    inserted integer not null default 0,
    updated integer not null default 0,
    unpublished integer not null default 0,
    held_back integer not null default 0,
    rejected integer not null default 0,
    unchanged integer not null default 0,
    attached integer not null default 0,
    rows_written bigint not null default 0,
    primary key (run_key, etl_source)
);

-- step: held_removal
-- Removals that the guard held back (architecture.md 6); open while released_at and returned_at are both empty. `question` is the run that
-- asks a person about it. Decided 'release': it leaves with the next delivery; 'reject': it stays published. released_at: it left;
-- returned_at: it is not leaving any more, and a decision about it is void.
create table if not exists {schema}.held_removal (
    held_removal_id bigint generated always as identity primary key,
    resource_key text not null,
    etl_source text not null,
    run_key text not null,
    held_at timestamptz not null,
    released_at timestamptz,
    returned_at timestamptz,
    question text,
    decision text check (decision in ('release', 'reject')),
    decided_at timestamptz,
    decided_by text
);

-- step: one_open_held_removal
create unique index if not exists one_open_held_removal on {schema}.held_removal (resource_key)
where released_at is null and returned_at is null;

-- step: pending_reference
-- What a unit refers to and Learn does not have yet: a child, a playlist's course, or a topic. The unit is delivered again when it is there.
create table if not exists {schema}.pending_reference (
    resource_key text not null,
    kind text not null,
    platform_id text not null,
    resource_type text not null,
    name text not null,
    primary key (resource_key, kind, platform_id, resource_type, name)
);

-- step: reference_row
-- Which row of Learn a row of the versioned taxonomy became; survives a rename, and says which mappings are ours to remove.
create table if not exists {schema}.reference_row (
    kind text not null,
    natural_key text not null,
    target_id integer not null,
    delivered_at timestamptz not null,
    run_key text not null,
    primary key (kind, natural_key)
);

-- step: delivered_feed_item
-- One row per item of news or events that we delivered and that is there still.
create table if not exists {schema}.delivered_feed_item (
    guid text primary key,
    feed text not null,
    unit_hash text not null,
    item_id integer not null,
    delivered_at timestamptz not null,
    run_key text not null
);

-- step: made_feed_image
-- Images of news and events that we made; one that nobody shows any more is ours to delete.
create table if not exists {schema}.made_feed_image (
    image_id integer primary key,
    made_at timestamptz not null,
    run_key text not null
);

-- step: delivered_views
-- Landed pieces of the view events whose events are in Learn: each with the digest of what it held then.
create table if not exists {schema}.delivered_views (
    record_key text primary key,
    content_hash text not null,
    delivered_at timestamptz not null,
    run_key text not null
);

-- step: viewed_resource
-- Resources that were viewed since their views were counted last.
create table if not exists {schema}.viewed_resource (
    resource_id integer primary key
);

-- step: delivery_run_rejected
-- Ledgers that were made before a person could reject a removal.
alter table {schema}.delivery_run add column if not exists rejected integer not null default 0;

-- step: held_removal_decision
alter table {schema}.held_removal
add column if not exists question text,
add column if not exists decision text check (decision in ('release', 'reject')),
add column if not exists decided_at timestamptz,
add column if not exists decided_by text;

-- step: feed_mode
-- How each feed was delivered last, and since when (the setting is Airflow's variable `delivery_modes`).
create table if not exists {schema}.feed_mode (
    etl_source text primary key,
    mode text not null check (mode in ('off', 'shadow', 'on')),
    since timestamptz not null,
    run_key text not null
);

-- step: dry_run_difference
-- What a delivery would have done. A change has a line per field, with the run that the field belongs to; the others have one line per unit.
create table if not exists {schema}.dry_run_difference (
    dry_run_difference_id bigint generated always as identity primary key,
    run_key text not null,
    made_at timestamptz not null,
    etl_source text not null,
    change text not null check (change in ('added', 'changed', 'removed', 'held back')),
    resource_key text not null,
    title text,
    field text,
    run_id text,
    before jsonb,
    after jsonb
);

-- step: parity_report
-- For each feed in the mode `shadow`: what we would show against what Learn's own loaders wrote. `fields`: units that differ, by field.
create table if not exists {schema}.parity_report (
    run_key text not null,
    etl_source text not null,
    compared_at timestamptz not null,
    equal integer not null,
    different integer not null,
    missing integer not null,
    extra integer not null,
    fields jsonb not null,
    primary key (run_key, etl_source)
);

-- step: parity_difference
-- Samples of the newest comparison of each feed. missing: Learn shows it and we would not; extra: the other way round.
create table if not exists {schema}.parity_difference (
    parity_difference_id bigint generated always as identity primary key,
    run_key text not null,
    etl_source text not null,
    kind text not null check (kind in ('different', 'missing', 'extra')),
    resource_key text not null,
    title text,
    field text,
    run_id text,
    learn jsonb,
    ours jsonb
);

-- step: made_row
-- Shared rows of the catalogue (images, prices, tags, instructors) that we made; one that nobody refers to any more is ours to delete.
create table if not exists {schema}.made_row (
    kind text not null check (kind in ('image', 'price', 'contenttag', 'instructor')),
    row_id integer not null,
    made_at timestamptz not null,
    run_key text not null,
    primary key (kind, row_id)
);

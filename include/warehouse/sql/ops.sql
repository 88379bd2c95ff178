-- The ledger (architecture.md 5). Written by the steps themselves; answers "when was X last loaded, from which object, by which run,
-- and why is it not shown".

create table if not exists ops.runs (
    run_key text not null,
    source text not null,
    stream text not null,
    dag_id text not null,
    dag_run_id text not null,
    status text not null check (status in ('running', 'landed', 'failed')),
    started_at timestamptz not null,
    finished_at timestamptz,
    manifest_key text,
    landed bigint,
    complete boolean,
    error text,
    primary key (run_key, source, stream)
);
create index if not exists runs_by_start on ops.runs (source, started_at desc);

create table if not exists ops.loads (
    manifest_key text primary key,
    source text not null,
    stream text not null,
    run_key text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null,
    landed bigint not null,
    new_versions bigint not null,
    removed bigint not null,
    rejected bigint not null,
    -- Version of the parser that made records of the landed documents (0: the records were landed themselves).
    expansion integer not null default 0
);
alter table ops.loads add column if not exists expansion integer not null default 0;
create index if not exists loads_by_stream on ops.loads (source, stream, observed_at);

create table if not exists ops.rejects (
    source text not null,
    stream text not null,
    run_key text not null,
    record_key text,
    reason text not null,
    where_found text not null,
    sample text not null,
    object_key text not null,
    line_number integer,
    rejected_at timestamptz not null
);
create index if not exists rejects_by_run on ops.rejects (source, stream, run_key);

-- How the texts of a stream's raw versions were cleaned: a fingerprint of the cleaner and of the declared places.
create table if not exists ops.cleanings (
    source text not null,
    stream text not null,
    cleaning text not null,
    cleaned_at timestamptz not null,
    primary key (source, stream)
);

-- Parts of a stream (one show, one playlist) that could not be read in a run, while the others were. What is known of them stays.
create table if not exists ops.unread (
    run_key text not null,
    source text not null,
    stream text not null,
    prefix text not null,
    kind text not null,
    message text not null,
    where_found text not null,
    noticed_at timestamptz not null,
    primary key (run_key, source, stream, prefix)
);

create table if not exists ops.transforms (
    mart text not null,
    dag_run_id text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    as_of timestamptz not null,
    selection text not null,
    full_refresh boolean not null,
    status text not null check (status in ('running', 'succeeded', 'failed')),
    -- The highest raw version that this transform could see, for each raw table: {"mitxonline__courses": 41, ...}.
    max_versions jsonb not null,
    primary key (mart, dag_run_id)
);

create table if not exists ops.mart_state (
    mart text primary key,
    state text not null check (state in ('building', 'published')),
    building_run text,
    published_run text,
    published_at timestamptz,
    -- The latest stamp (built_at) among the units that were published: those up to it have passed their tests.
    published_stamp timestamptz
);
alter table ops.mart_state add column if not exists published_stamp timestamptz;

-- Records that are missing from a read of a stream which lets them be missing for a while (`Stream.removed_after`): from how many complete
-- reads in a row by then. Seen again, a record has no line for that read.
create table if not exists ops.absences (
    source text not null,
    stream text not null,
    record_key text not null,
    manifest_key text not null,
    absences integer not null,
    primary key (manifest_key, record_key)
);

-- Each distinct text cleaned once by each policy that it is asked for. source_hash = sha256 of the UTF-8 text as it was sent.
create table if not exists raw.cleaned_html (
    source_hash bytea not null,
    policy text not null,
    cleaner_version integer not null,
    cleaned text not null,
    primary key (source_hash, policy, cleaner_version)
);

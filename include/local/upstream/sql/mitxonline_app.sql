-- A stand-in for MITx Online's own database. The application's tables are reduced to one, app.objects; what the pipelines may see are
-- the views of learn_export, which the application keeps stable whatever it does to its tables. Contract of every view: updated_on moves
-- whenever anything in the row differs, also what the application derives from the clock (is_enrollable, next_run_id, is_archived).
create schema if not exists app;
create table if not exists app.objects (
    kind text not null,
    id bigint not null,
    parent_id bigint,
    position integer not null,
    data jsonb not null,
    updated_on timestamptz not null,
    primary key (kind, id)
);
create index if not exists objects_parent on app.objects (kind, parent_id);

create schema if not exists learn_export;

create or replace view learn_export.pages as
select
    objects.id,
    objects.parent_id as object_id,
    objects.kind as object_kind,
    objects.updated_on,
    page.*
from (
    select * from app.objects where kind in ('course_page', 'program_page')
) as objects
cross join lateral jsonb_to_record(objects.data) as page (
    feature_image_src text,
    page_url text,
    description text,
    live boolean,
    length text,
    effort text,
    price text,
    financial_assistance_form_url text,
    include_in_learn_catalog boolean,
    current_price numeric,
    instructors jsonb
);

create or replace view learn_export.courses as
select
    objects.id,
    objects.updated_on,
    course.*
from (
    select * from app.objects where kind = 'course'
) as objects
cross join lateral jsonb_to_record(objects.data) as course (
    readable_id text,
    title text,
    next_run_id bigint,
    departments jsonb,
    include_in_learn_catalog boolean,
    ingest_content_files_for_ai boolean,
    programs jsonb,
    topics jsonb,
    certificate_type text,
    certificate_available boolean,
    required_prerequisites boolean,
    availability text,
    min_price numeric,
    max_price numeric,
    possible_variant_sets jsonb,
    duration text,
    min_weeks integer,
    max_weeks integer,
    time_commitment text,
    min_weekly_hours text,
    max_weekly_hours text
);

create or replace view learn_export.course_runs as
select
    objects.id,
    objects.parent_id as course_id,
    objects.position,
    objects.updated_on,
    run.*
from (
    select * from app.objects where kind = 'course_run'
) as objects
cross join lateral jsonb_to_record(objects.data) as run (
    title text,
    courseware_id text,
    courseware_url text,
    run_tag text,
    course_number text,
    start_date timestamptz,
    end_date timestamptz,
    enrollment_start timestamptz,
    enrollment_end timestamptz,
    expiration_date timestamptz,
    certificate_available_date timestamptz,
    upgrade_deadline timestamptz,
    is_upgradable boolean,
    is_enrollable boolean,
    is_archived boolean,
    is_self_paced boolean,
    live boolean,
    language text,
    variant_industry text,
    variant_length text,
    b2b_contract bigint,
    products jsonb,
    approved_flexible_price_exists boolean,
    enrollment_modes jsonb
);

create or replace view learn_export.programs as
select
    objects.id,
    objects.updated_on,
    program.*
from (
    select * from app.objects where kind = 'program'
) as objects
cross join lateral jsonb_to_record(objects.data) as program (
    readable_id text,
    title text,
    courses jsonb,
    requirements jsonb,
    req_tree jsonb,
    min_price numeric,
    max_price numeric,
    program_type text,
    certificate_type text,
    departments jsonb,
    live boolean,
    display_mode text,
    topics jsonb,
    availability text,
    start_date timestamptz,
    end_date timestamptz,
    enrollment_start timestamptz,
    enrollment_end timestamptz,
    duration text,
    min_weeks integer,
    max_weeks integer,
    time_commitment text,
    min_weekly_hours text,
    max_weekly_hours text,
    enrollment_modes jsonb
);

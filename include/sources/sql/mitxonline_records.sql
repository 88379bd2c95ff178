-- Courses or programs (stream) of MITx Online as its API sends them, read from its own database (the views of learn_export), with the moment
-- of the last change of anything in a record. Columns are named, so that a view that lost one is an error.
-- since: changed from this moment on (null: all). after: a read that was cut off goes on behind this key (null: from the beginning).
with pages as (

    select
        pages.object_id,
        pages.object_kind,
        pages.updated_on,
        to_jsonb(fields.*) as page
    from learn_export.pages as pages
    cross join lateral (
        select
            pages.feature_image_src,
            pages.page_url,
            pages.description,
            pages.live,
            pages.length,
            pages.effort,
            pages.financial_assistance_form_url,
            pages.current_price,
            pages.instructors,
            pages.include_in_learn_catalog,
            pages.price
    ) as fields

),

runs as (

    select
        runs.course_id,
        max(runs.updated_on) as updated_on,
        jsonb_agg(to_jsonb(fields.*) order by runs.position) as courseruns
    from learn_export.course_runs as runs
    cross join lateral (
        select
            runs.id,
            runs.title,
            runs.start_date,
            runs.end_date,
            runs.enrollment_start,
            runs.enrollment_end,
            runs.expiration_date,
            runs.courseware_url,
            runs.courseware_id,
            runs.certificate_available_date,
            runs.upgrade_deadline,
            runs.is_upgradable,
            runs.is_enrollable,
            runs.is_archived,
            runs.is_self_paced,
            runs.run_tag,
            runs.live,
            runs.course_number,
            runs.language,
            runs.variant_industry,
            runs.variant_length,
            runs.b2b_contract,
            runs.products,
            runs.approved_flexible_price_exists,
            runs.enrollment_modes
    ) as fields
    where %(stream)s = 'courses'
    group by runs.course_id

),

objects as (

    select
        'courses' as stream,
        'course_page' as page_kind,
        courses.id,
        courses.updated_on,
        to_jsonb(fields.*) as fields
    from learn_export.courses as courses
    cross join lateral (
        select
            courses.id,
            courses.title,
            courses.readable_id,
            courses.next_run_id,
            courses.departments,
            courses.include_in_learn_catalog,
            courses.ingest_content_files_for_ai,
            courses.programs,
            courses.topics,
            courses.certificate_type,
            courses.certificate_available,
            courses.required_prerequisites,
            courses.availability,
            courses.min_price,
            courses.max_price,
            courses.possible_variant_sets,
            courses.duration,
            courses.min_weeks,
            courses.max_weeks,
            courses.time_commitment,
            courses.min_weekly_hours,
            courses.max_weekly_hours
    ) as fields
    union all
    select
        'programs' as stream,
        'program_page' as page_kind,
        programs.id,
        programs.updated_on,
        to_jsonb(fields.*) as fields
    from learn_export.programs as programs
    cross join lateral (
        select
            programs.id,
            programs.title,
            programs.readable_id,
            programs.courses,
            programs.requirements,
            programs.req_tree,
            programs.min_price,
            programs.max_price,
            programs.program_type,
            programs.certificate_type,
            programs.departments,
            programs.live,
            programs.display_mode,
            programs.topics,
            programs.availability,
            programs.start_date,
            programs.end_date,
            programs.enrollment_start,
            programs.enrollment_end,
            programs.duration,
            programs.min_weeks,
            programs.max_weeks,
            programs.time_commitment,
            programs.min_weekly_hours,
            programs.max_weekly_hours,
            programs.enrollment_modes
    ) as fields

),

records as (

    select
        objects.fields ->> 'readable_id' as record_key,
        greatest(objects.updated_on, pages.updated_on, runs.updated_on) as changed_at,
        objects.fields
        || jsonb_build_object('page', pages.page)
        || case
            when objects.stream = 'courses' then jsonb_build_object('courseruns', coalesce(runs.courseruns, '[]'::jsonb))
            else '{}'::jsonb
        end as payload
    from objects
    left join pages on objects.id = pages.object_id and objects.page_kind = pages.object_kind
    left join runs on objects.id = runs.course_id
    where objects.stream = %(stream)s

)

select
    record_key,
    payload
from records
where
    (%(since)s::timestamptz is null or changed_at >= %(since)s)
    and (%(after)s::text is null or record_key collate "C" > %(after)s)
order by record_key collate "C"

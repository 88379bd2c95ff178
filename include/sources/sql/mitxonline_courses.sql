-- Courses of MITx Online as its API sends them, read from its own database (the views of learn_export), with the moment of the last change.
-- since: changed from this moment on (null: all). after: a read that was cut off goes on behind this key (null: from the beginning).
with pages as (

    select
        pages.object_id,
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
            trim_scale(pages.current_price) as current_price,
            pages.instructors
    ) as fields
    where pages.object_kind = 'course_page'

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
            to_char(runs.start_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start_date,
            to_char(runs.end_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as end_date,
            to_char(runs.enrollment_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as enrollment_start,
            to_char(runs.enrollment_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as enrollment_end,
            to_char(runs.expiration_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expiration_date,
            runs.courseware_url,
            runs.courseware_id,
            to_char(runs.certificate_available_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as certificate_available_date,
            to_char(runs.upgrade_deadline at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as upgrade_deadline,
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
    group by runs.course_id

),

records as (

    select
        courses.readable_id as record_key,
        greatest(courses.updated_on, pages.updated_on, runs.updated_on) as changed_at,
        to_jsonb(fields.*)
        || jsonb_build_object('page', pages.page, 'courseruns', coalesce(runs.courseruns, '[]'::jsonb)) as payload
    from learn_export.courses as courses
    left join pages on courses.id = pages.object_id
    left join runs on courses.id = runs.course_id
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
            trim_scale(courses.min_price) as min_price,
            trim_scale(courses.max_price) as max_price,
            courses.possible_variant_sets,
            courses.duration,
            courses.min_weeks,
            courses.max_weeks,
            courses.time_commitment,
            courses.min_weekly_hours,
            courses.max_weekly_hours
    ) as fields

)

select
    record_key,
    payload
from records
where
    (%(since)s::timestamptz is null or changed_at >= %(since)s)
    and (%(after)s::text is null or record_key collate "C" > %(after)s)
order by record_key collate "C"

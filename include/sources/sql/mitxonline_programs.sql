-- Programs of MITx Online as its API sends them, read from its own database (the views of learn_export), with the moment of the last change.
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
            pages.include_in_learn_catalog,
            pages.price
    ) as fields
    where pages.object_kind = 'program_page'

),

records as (

    select
        programs.readable_id as record_key,
        greatest(programs.updated_on, pages.updated_on) as changed_at,
        to_jsonb(fields.*) || jsonb_build_object('page', pages.page) as payload
    from learn_export.programs as programs
    left join pages on programs.id = pages.object_id
    cross join lateral (
        select
            programs.id,
            programs.title,
            programs.readable_id,
            programs.courses,
            programs.requirements,
            programs.req_tree,
            trim_scale(programs.min_price) as min_price,
            trim_scale(programs.max_price) as max_price,
            programs.program_type,
            programs.certificate_type,
            programs.departments,
            programs.live,
            programs.display_mode,
            programs.topics,
            programs.availability,
            to_char(programs.start_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start_date,
            to_char(programs.end_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as end_date,
            to_char(programs.enrollment_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as enrollment_start,
            to_char(programs.enrollment_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as enrollment_end,
            programs.duration,
            programs.min_weeks,
            programs.max_weeks,
            programs.time_commitment,
            programs.min_weekly_hours,
            programs.max_weekly_hours,
            programs.enrollment_modes
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

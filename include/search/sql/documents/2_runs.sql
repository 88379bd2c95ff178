-- Runs, each with its instructors, prices and image; and which run is the last and which the best.
image as materialized (
    select
        picture.id,
        json_build_object(
            'id', picture.id, 'url', picture.url, 'description', picture.description, 'alt', picture.alt
        ) as rendered
    from learning_resources_learningresourceimage as picture
    where picture.id in (select image_id from resource union all select image_id from run)
),

run_price as materialized (
    select
        link.learningresourcerun_id as run_id,
        json_agg(
            json_build_object('amount', price.amount::text, 'currency', price.currency)
            order by price.amount, price.currency, price.id
        ) as rendered
    from learning_resources_learningresourcerun_resource_prices as link
    join learning_resources_learningresourceprice as price on price.id = link.learningresourceprice_id
    where link.learningresourcerun_id in (select id from run)
    group by link.learningresourcerun_id
),

run_instructor as materialized (
    select
        link.run_id,
        json_agg(
            json_build_object(
                'id', person.id, 'first_name', person.first_name, 'last_name', person.last_name,
                'full_name', person.full_name
            )
            order by link.position, link.id
        ) as rendered
    from learning_resources_runinstructorrelationship as link
    join learning_resources_learningresourceinstructor as person on person.id = link.instructor_id
    where link.run_id in (select id from run)
    group by link.run_id
),

resource_run as materialized (
    select
        run.learning_resource_id as resource_id,
        json_agg(row_to_json(field) order by run.start_date, run.enrollment_start, run.id) as rendered,
        string_agg(
            nullif(concat_ws(', ', delivery.unknown, format.unknown, pace.unknown, level.unknown), ''), ', '
            order by run.id
        ) as unknown
    from run
    left join coded as delivery on delivery.kind = 'delivery' and delivery.codes = run.delivery::text[]
    left join coded as format on format.kind = 'format' and format.codes = run.format::text[]
    left join coded as pace on pace.kind = 'pace' and pace.codes = run.pace::text[]
    left join coded as level on level.kind = 'level' and level.codes = run.level::text[]
    left join image on image.id = run.image_id
    left join run_price on run_price.run_id = run.id
    left join run_instructor on run_instructor.run_id = run.id
    cross join lateral (
        select
            run.id,
            coalesce(run_instructor.rendered, '[]') as instructors,
            image.rendered as image,
            level.rendered as level,
            delivery.rendered as delivery,
            format.rendered as format,
            pace.rendered as pace,
            coalesce(run_price.rendered, '[]') as resource_prices,
            run.run_id,
            run.title,
            run.description,
            run.full_description,
            pipelines.iso_timestamp(run.last_modified) as last_modified,
            run.published,
            run.languages,
            run.url,
            run.slug,
            run.semester,
            run.year,
            pipelines.iso_timestamp(run.start_date) as start_date,
            pipelines.iso_timestamp(run.end_date) as end_date,
            pipelines.iso_timestamp(run.enrollment_start) as enrollment_start,
            pipelines.iso_timestamp(run.enrollment_end) as enrollment_end,
            run.prices::text[] as prices,
            run.checksum,
            run.availability,
            run.location,
            run.duration,
            run.max_weekly_hours,
            run.max_weeks,
            run.min_weekly_hours,
            run.min_weeks,
            run.time_commitment
    ) as field
    group by run.learning_resource_id
),

-- As Django's order_by("start_date").last() sees it: a run without a start date counts as the last one.
last_run as materialized (
    select distinct on (learning_resource_id) learning_resource_id as resource_id, start_date, semester, year
    from run
    order by learning_resource_id, start_date desc nulls first, id desc
),

-- The best run was chosen by the catalogue at its own clock; the document only looks its id up.
best_run as materialized (
    select unit.resource_id, run.id
    from pipelines.delivered_unit as unit
    join run on run.learning_resource_id = unit.resource_id and run.run_id = unit.best_run
    where unit.resource_id = any(%(ids)s)
),

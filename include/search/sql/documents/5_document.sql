-- Age says how stale a resource without upcoming runs is; OCW runs have a term instead of a start date.
derived as materialized (
    select
        resource.id as resource_id,
        grouped.resource_type_group,
        case
            when grouped.resource_type_group = 'learning_material' then resource.last_modified
            when resource.resource_type <> 'course' or resource.next_start_date is not null then null
            when resource.offered_by_id = 'ocw' and last_run.year is not null
                then make_timestamptz(
                    last_run.year,
                    case last_run.semester when 'Fall' then 9 when 'Spring' then 3 when 'Summer' then 6 else 1 end,
                    1, 0, 0, 0, 'UTC'
                )
            else last_run.start_date
        end as age_date
    from resource
    cross join lateral (
        select case
            when resource.resource_type not in ('course', 'program') then 'learning_material'
            else coalesce(
                (select label.code from label where label.kind = 'category' and label.name = resource.resource_category),
                resource.resource_type
            )
        end as resource_type_group
    ) as grouped
    left join last_run on last_run.resource_id = resource.id
)

select
    resource.id,
    resource.resource_type,
    -- The members that only one type has are appended to the object's text.
    left(row_to_json(field)::text, -1) || coalesce(detail.members, '') || '}' as document,
    concat_ws(
        ', ', certification.unknown, delivery.unknown, format.unknown, pace.unknown, resource_run.unknown
    ) as unknown_codes
from resource
join derived on derived.resource_id = resource.id
join detail on detail.resource_id = resource.id
left join coded as certification
    on certification.kind = 'certification_type' and certification.codes = array[resource.certification_type::text]
left join coded as delivery on delivery.kind = 'delivery' and delivery.codes = resource.delivery::text[]
left join coded as format on format.kind = 'format' and format.codes = resource.format::text[]
left join coded as pace on pace.kind = 'pace' and pace.codes = resource.pace::text[]
left join image on image.id = resource.image_id
left join platform on platform.code = resource.platform_id
left join offeror on offeror.code = resource.offered_by_id
left join resource_run on resource_run.resource_id = resource.id
left join best_run on best_run.resource_id = resource.id
left join resource_price on resource_price.resource_id = resource.id
left join resource_topic on resource_topic.resource_id = resource.id
left join resource_department on resource_department.resource_id = resource.id
left join resource_tag on resource_tag.resource_id = resource.id
left join resource_child on resource_child.resource_id = resource.id
left join featured on featured.resource_id = resource.id
left join lateral (
    select file.description
    from learning_resources_contentfile as file
    where resource.resource_type in ('video', 'document') and file.direct_learning_resource_id = resource.id
    order by file.id
    limit 1
) as direct_file on true
cross join lateral (
    select
        json_build_object('name', 'resource') as resource_relations,
        pipelines.iso_timestamp(resource.created_on) as created_on,
        derived.resource_type_group = 'learning_material' as is_learning_material,
        pipelines.iso_timestamp(derived.age_date) as resource_age_date,
        featured.rank as featured_rank,
        resource.completeness < 0.5
        or coalesce(extract(year from derived.age_date at time zone 'UTC') <= 2010, false) as is_incomplete_or_stale,
        resource.id,
        coalesce(resource_topic.rendered, '[]') as topics,
        null::integer as position,
        offeror.rendered as offered_by,
        platform.rendered as platform,
        coalesce(resource_tag.rendered, '[]') as course_feature,
        coalesce(resource_department.rendered, '[]') as departments,
        resource.certification,
        certification.rendered -> 0 as certification_type,
        resource.prices::text[] as prices,
        coalesce(resource_price.rendered, '[]') as resource_prices,
        coalesce(resource_run.rendered, '[]') as runs,
        image.rendered as image,
        coalesce(
            resource.view_count,
            (
                select count(*)
                from learning_resources_learningresourceviewevent as event
                where event.learning_resource_id = resource.id
            )
        ) as views,
        delivery.rendered as delivery,
        resource.resource_type not in ('course', 'program')
        or (not resource.professional and coalesce(resource_price.has_free_option, true)) as free,
        derived.resource_type_group,
        resource.resource_category,
        format.rendered as format,
        pace.rendered as pace,
        coalesce(resource_child.rendered, '[]') as children,
        best_run.id as best_run_id,
        resource.resource_type,
        resource.readable_id,
        resource.title,
        case
            when resource.description ~ '\S' then resource.description
            when direct_file.description ~ '\S' then direct_file.description
        end as description,
        resource.full_description,
        pipelines.iso_timestamp(resource.last_modified) as last_modified,
        resource.published,
        resource.languages,
        resource.url,
        resource.ocw_topics,
        resource.professional,
        pipelines.iso_timestamp(resource.next_start_date) as next_start_date,
        resource.availability,
        resource.completeness,
        resource.license_cc,
        resource.test_mode,
        resource.continuing_ed_credits::text as continuing_ed_credits,
        resource.location,
        resource.duration,
        resource.max_weekly_hours,
        resource.max_weeks,
        resource.min_weekly_hours,
        resource.min_weeks,
        resource.time_commitment,
        resource.require_summaries
) as field;

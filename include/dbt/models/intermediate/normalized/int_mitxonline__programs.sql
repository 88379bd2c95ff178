-- One row per MITx Online program as a normalized record (sources.md 1.2, 2.4). Its courses come from the course list that was landed
-- with it, so a changed course re-evaluates the programs that it belongs to.

with courses as (

    select distinct on (course_id)
        course_id,
        record,
        content_hash
    from {{ ref('int_mitxonline__courses') }}
    where not is_removed and is_live
    order by course_id, record_key

),

children as (

    select
        children.record_key,
        children.child_type,
        children.mention,
        children.position,
        children.is_in_own_tree,
        children.child_program_readable_id,
        children.display_mode,
        courses.record as course_record,
        courses.content_hash as course_hash
    from {{ ref('int_mitxonline__program_children') }} as children
    left join courses on children.child_type = 'course' and children.child_id = courses.course_id
    where children.child_type = 'program' or courses.course_id is not null

),

child_sets as (

    select
        record_key,
        md5(string_agg(
            concat_ws('|', child_type, position, is_in_own_tree, child_program_readable_id, display_mode, course_hash),
            '||' order by mention
        )) as children_hash
    from children
    group by record_key

),

{{ changed_records(
    ref('stg_mitxonline__programs'),
    inputs=['child_sets.children_hash'],
    joins='left join child_sets on staged.record_key = child_sets.record_key'
) }},

child_records as (

    select
        record_key,
        jsonb_agg(course_record || jsonb_build_object('position', position) order by position)
        filter (where child_type = 'course') as courses,
        jsonb_agg(
            jsonb_build_object(
                'readable_id', child_program_readable_id, 'display_mode', display_mode, 'position', position
            ) order by mention
        ) filter (where child_type = 'program' and is_in_own_tree) as child_programs
    from children
    where record_key in (select changed.record_key from changed)
    group by record_key

),

programs as (

    select
        staged.*,
        changed.input_hash,
        staged.page_url is not null as has_page,
        coalesce(child_records.courses, '[]'::jsonb) as courses,
        coalesce(child_records.child_programs, '[]'::jsonb) as child_programs,
        {{ mitxonline_image('staged.image_path') }} as image,
        case
            when staged.page_url is not null
                then
                    rtrim('{{ var("app_base_url") }}', '/')
                    || case when staged.is_displayed_as_course then '/courses/p/' else '/programs/' end
                    || staged.readable_id
        end as url
    from {{ ref('stg_mitxonline__programs') }} as staged
    inner join changed on staged.record_key = changed.record_key
    left join child_records on staged.record_key = child_records.record_key

),

paced as (

    select
        programs.*,
        -- The one run is published and current when the program has a page, so that rule 1.6 asks only for that and the modes.
        programs.has_page and {{ mitxonline_modes_certify('programs.enrollment_modes') }} as has_certification,
        (
            select coalesce(jsonb_agg(distinct paces.pace), '[]'::jsonb)
            from jsonb_array_elements(programs.courses) as entries (course)
            cross join lateral jsonb_array_elements(entries.course -> 'pace') as paces (pace)
        ) as pace
    from programs

),

records as (

    select
        *,
        {{ mitxonline_members() }} || jsonb_build_object(
            'readable_id', readable_id,
            'platform', 'mitxonline',
            'etl_source', 'mitxonline',
            'resource_type', 'program',
            'resource_category', case when is_displayed_as_course then 'Course' else 'Program' end,
            'title', title,
            'description', description,
            'url', url,
            'image', image,
            'offered_by', jsonb_build_object('code', 'mitx'),
            'topics', {{ mapped_topics(names_of('paced.topics'), 'mitx') }},
            'departments', {{ department_ids(names_of('paced.departments')) }},
            'published', has_page and is_live and is_in_learn_catalog,
            'courses', courses,
            'child_programs', child_programs,
            'runs', jsonb_build_array(jsonb_build_object(
                'run_id', readable_id,
                'title', title,
                'description', description,
                'url', url,
                'image', image,
                'published', has_page,
                'status', case when has_page then 'Current' else 'Archived' end,
                'start_date', {{ utc_text('coalesce(start_date, enrollment_start)') }},
                'end_date', {{ utc_text('end_date') }},
                'enrollment_start', {{ utc_text('enrollment_start') }},
                'enrollment_end', {{ utc_text('enrollment_end') }},
                'prices', {{ mitxonline_prices('true', 'min_price', 'max_price', 'enrollment_modes') }},
                'availability', availability,
                'format', jsonb_build_array('asynchronous'),
                'pace', pace
            ) || {{ effort_members('paced') }})
        ) as record
    from paced

)

{{ normalized_rows('records') }}

-- One row per program of edX.org that is or was MIT's, as a normalized record (sources.md 1.2, 2.2). Topics, teachers and effort come from
-- the landed courses, so a changed course, or another best run of it, re-evaluates the programs that it belongs to.

with program_courses as (

    select * from {{ ref('int_mit_edx__program_courses') }}

),

-- A course counts once, however often a program names it.
known_courses as (

    select
        mentions.record_key,
        facts.*
    from (
        select distinct
            record_key,
            readable_id
        from program_courses
    ) as mentions
    inner join {{ ref('int_mit_edx__course_facts') }} as facts on mentions.readable_id = facts.readable_id

),

fact_sets as (

    select
        record_key,
        sum(max_weeks)::integer as weeks,
        -- Halves are rounded to even numbers, as Python does.
        round(avg(nullif(min_weekly_hours, 0))::double precision)::integer as min_effort,
        round(avg(nullif(max_weekly_hours, 0))::double precision)::integer as max_effort,
        md5(string_agg(facts_hash, '|' order by readable_id)) as facts_hash
    from known_courses
    group by record_key

),

{{ changed_records(
    '(select * from ' ~ ref('stg_mit_edx__programs') ~ ' where was_mitx)',
    inputs=['fact_sets.facts_hash'],
    joins='left join fact_sets on staged.record_key = fact_sets.record_key'
) }},

child_sets as (

    select
        record_key,
        jsonb_agg(
            {{ edx_constants() }} - 'format'
            || jsonb_build_object('readable_id', readable_id, 'resource_type', 'course', 'pace', pace)
            order by position
        ) as courses,
        case
            when bool_or(availability = 'dated') then 'dated'
            when bool_and(availability is not distinct from 'anytime') then 'anytime'
        end as availability,
        min(start_date) as start_date,
        max(end_date) as end_date,
        min(enrollment_start) as enrollment_start,
        max(enrollment_end) as enrollment_end,
        sum(price)::numeric(12, 2) as price,
        (array_agg(currency order by position))[1] as currency
    from program_courses
    where {{ only_keys('record_key', 'changed', 'record_key') }}
    group by record_key

),

paces as (

    select
        program_courses.record_key,
        to_jsonb(array_agg(distinct entries.pace order by entries.pace)) as pace
    from program_courses
    cross join lateral jsonb_array_elements_text(program_courses.pace) as entries (pace)
    group by program_courses.record_key

),

bounds as (

    select
        program_courses.record_key,
        {{ clock_bounds() }}
    from program_courses
    cross join lateral unnest(program_courses.moments) as entries (moment)
    group by program_courses.record_key

),

-- Names of topics in their order, teachers by their last names, each once.
topic_sets as (

    select
        named.record_key,
        jsonb_agg(jsonb_build_object('name', named.name) order by named.name collate "C") as topics
    from (
        select distinct
            known_courses.record_key,
            entries.topic ->> 'name' as name
        from known_courses
        cross join lateral jsonb_array_elements(known_courses.topics) as entries (topic)
    ) as named
    group by named.record_key

),

instructor_sets as (

    select
        named.record_key,
        jsonb_agg(named.person order by named.person ->> 'last_name' collate "C", named.person ->> 'first_name' collate "C")
            as instructors
    from (
        select distinct
            known_courses.record_key,
            entries.person
        from known_courses
        cross join lateral jsonb_array_elements(known_courses.instructors) as entries (person)
    ) as named
    group by named.record_key

),

programs as (

    select
        staged.*,
        changed.input_hash,
        child_sets.availability,
        child_sets.start_date,
        child_sets.end_date,
        child_sets.enrollment_start,
        child_sets.enrollment_end,
        bounds.valid_from,
        bounds.next_change_at,
        coalesce(child_sets.courses, '[]'::jsonb) as course_records,
        coalesce(child_sets.price, 0.00) as price,
        {{ known_currency('child_sets.currency') }} as currency,
        coalesce(paces.pace, '[]'::jsonb) as pace,
        coalesce(topic_sets.topics, '[]'::jsonb) as topics,
        coalesce(instructor_sets.instructors, '[]'::jsonb) as instructors,
        case
            when staged.image_url is not null
                then jsonb_build_object('url', staged.image_url, 'description', staged.title)
        end as image,
        {{ edx_effort_members('fact_sets.weeks', 'fact_sets.min_effort', 'fact_sets.max_effort') }} as effort
    from {{ ref('stg_mit_edx__programs') }} as staged
    inner join changed on staged.record_key = changed.record_key
    left join child_sets on staged.record_key = child_sets.record_key
    left join fact_sets on staged.record_key = fact_sets.record_key
    left join paces on staged.record_key = paces.record_key
    left join bounds on staged.record_key = bounds.record_key
    left join topic_sets on staged.record_key = topic_sets.record_key
    left join instructor_sets on staged.record_key = instructor_sets.record_key

),

records as (

    select
        record_key,
        source_version_id,
        input_hash,
        modified_at,
        valid_from,
        next_change_at,
        is_removed
        or not is_mitx
        or coalesce(status, '') != 'active'
        or coalesce(program_type, '') ~* 'micromasters'
        or {{ edx_is_deleted('title') }} as is_removed,
        {{ edx_constants() }} || jsonb_build_object(
            'readable_id', readable_id,
            'resource_type', 'program',
            'title', title,
            'description', description,
            'full_description', description,
            'last_modified', {{ utc_text('modified_at') }},
            'url', coalesce(nullif(marketing_url, ''), {{ edx_course_page('program_key') }}),
            'image', image,
            'topics', topics,
            'published', true,
            -- Its one run is published and current, so that rule 1.6 asks for nothing more.
            'certification', true,
            'certification_type', 'completion',
            'availability', availability,
            'pace', pace,
            'courses', course_records,
            'runs', jsonb_build_array(jsonb_build_object(
                'run_id', readable_id,
                'title', title,
                'description', run_description,
                'full_description', run_description,
                'level', {{ edx_levels('level_label') }},
                'url', marketing_url,
                'image', image,
                'published', true,
                'status', 'Current',
                'start_date', {{ utc_text('start_date') }},
                'end_date', {{ utc_text('end_date') }},
                'enrollment_start', {{ utc_text('enrollment_start') }},
                'enrollment_end', {{ utc_text('enrollment_end') }},
                'last_modified', {{ utc_text('modified_at') }},
                'prices', jsonb_build_array(jsonb_build_object('amount', price, 'currency', currency)),
                'instructors', instructors,
                'availability', availability,
                'format', jsonb_build_array('asynchronous'),
                'pace', pace
            ) || effort)
        ) as record
    from programs

)

{{ normalized_rows('records', last_modified='modified_at', valid_from='valid_from', next_change_at='next_change_at') }}

-- What is linked to a resource: unit, platform, prices, topics, departments, tags, children, parents, featured lists.

-- Files that became a video or a document, with the resource that they belong to: the run's, else their own, else the one they became.
file as materialized (
    select
        content.*,
        coalesce(owning_run.learning_resource_id, content.learning_resource_id, content.direct_learning_resource_id) as owner_id
    from learning_resources_contentfile as content
    left join learning_resources_learningresourcerun as owning_run on owning_run.id = content.run_id
    where content.direct_learning_resource_id in (select id from resource where resource_type in ('video', 'document'))
),

described as materialized (
    select id from resource
    union
    select owner_id from file
),

offeror as materialized (
    select
        unit.code,
        json_build_object(
            'code', unit.code, 'name', unit.name, 'channel_url', channel.url, 'display_facet', unit.display_facet
        ) as rendered
    from learning_resources_learningresourceofferor as unit
    left join channel on channel.kind = 'offeror' and channel.key = unit.code
),

platform as materialized (
    select code, json_build_object('code', code, 'name', name) as rendered
    from learning_resources_learningresourceplatform
),

resource_price as materialized (
    select
        link.learningresource_id as resource_id,
        bool_or(price.amount = 0) as has_free_option,
        json_agg(
            json_build_object('amount', price.amount::text, 'currency', price.currency)
            order by price.amount, price.currency, price.id
        ) as rendered
    from learning_resources_learningresource_resource_prices as link
    join learning_resources_learningresourceprice as price on price.id = link.learningresourceprice_id
    where link.learningresource_id = any(%(ids)s)
    group by link.learningresource_id
),

resource_topic as materialized (
    select
        link.learningresource_id as resource_id,
        json_agg(
            json_build_object(
                'id', topic.id, 'name', topic.name, 'icon', topic.icon, 'parent', topic.parent_id,
                'channel_url', channel.url
            )
            order by topic.name collate "C"
        ) as rendered
    from learning_resources_learningresource_topics as link
    join learning_resources_learningresourcetopic as topic on topic.id = link.learningresourcetopic_id
    left join channel on channel.kind = 'topic' and channel.key = topic.id::text
    where link.learningresource_id in (select id from described)
    group by link.learningresource_id
),

resource_department as materialized (
    select
        link.learningresource_id as resource_id,
        json_agg(
            json_build_object(
                'department_id', department.department_id, 'name', department.name, 'channel_url', channel.url,
                'school', case
                    when school.id is not null
                        then json_build_object('id', school.id, 'name', school.name, 'url', school.url)
                end
            )
            order by department.name collate "C", department.department_id
        ) as rendered
    from learning_resources_learningresource_departments as link
    join learning_resources_learningresourcedepartment as department
        on department.department_id = link.learningresourcedepartment_id
    left join learning_resources_learningresourceschool as school on school.id = department.school_id
    left join channel on channel.kind = 'department' and channel.key = department.department_id
    where link.learningresource_id in (select id from described)
    group by link.learningresource_id
),

resource_tag as materialized (
    select link.learningresource_id as resource_id, json_agg(tag.name order by tag.name collate "C") as rendered
    from learning_resources_learningresource_resource_tags as link
    join learning_resources_learningresourcecontenttag as tag on tag.id = link.learningresourcecontenttag_id
    where link.learningresource_id = any(%(ids)s)
    group by link.learningresource_id
),

-- Unpublished children are left out of learning paths only, as Learn's own serializer does; the counts are of published ones.
resource_child as materialized (
    select
        relation.parent_id as resource_id,
        json_agg(
            json_build_object(
                'child', child.id, 'position', relation.position, 'relation_type', relation.relation_type,
                'title', child.title, 'readable_id', child.readable_id
            )
            order by relation.position, relation.id
        ) filter (where child.published or relation.relation_type <> 'LEARNING_PATH_ITEMS') as rendered,
        count(*) filter (where child.published and relation.relation_type = 'PROGRAM_COURSES') as course_count,
        count(*) filter (where child.published and relation.relation_type = 'PROGRAM_PROGRAMS') as program_count,
        count(*) filter (where child.published and relation.relation_type = 'PODCAST_EPISODES') as episode_count,
        count(*) filter (where child.published and relation.relation_type = 'PLAYLIST_VIDEOS') as video_count
    from learning_resources_learningresourcerelationship as relation
    join learning_resources_learningresource as child on child.id = relation.child_id
    where relation.parent_id = any(%(ids)s)
    group by relation.parent_id
),

-- The playlists and podcasts that a video or an episode is in.
resource_parent as materialized (
    select
        relation.child_id as resource_id,
        json_agg(parent.id order by parent.id) as ids,
        json_agg(
            json_build_object('id', parent.id, 'title', parent.title, 'readable_id', parent.readable_id) order by parent.id
        ) as rendered
    from learning_resources_learningresourcerelationship as relation
    join learning_resources_learningresource as parent on parent.id = relation.parent_id and parent.published
    where relation.child_id = any(%(ids)s) and relation.relation_type in ('PLAYLIST_VIDEOS', 'PODCAST_EPISODES')
    group by relation.child_id
),

-- Learn adds a random fraction to the position at each rendering, to shuffle equals. A document that differs each time it is
-- built would be sent each time, so the position alone is the rank here; equals then follow the next sort keys.
featured as materialized (
    select child_id as resource_id, min(position) as rank
    from learning_resources_learningresourcerelationship
    where child_id = any(%(ids)s) and parent_id = any(%(featured_lists)s)
    group by child_id
),

-- Course numbers of courses, of the courses that files belong to, and of those whose lectures a playlist holds.
course_number as materialized (
    select
        course.learning_resource_id as resource_id,
        json_agg(item.number -> 'value' order by item.position) as numbers,
        json_agg(
            json_build_object(
                'value', item.number -> 'value',
                'department', case
                    when jsonb_typeof(item.number -> 'department') = 'object'
                        then json_build_object(
                            'department_id', item.number -> 'department' -> 'department_id',
                            'name', item.number -> 'department' -> 'name', 'channel_url', null, 'school', null
                        )
                end,
                'listing_type', item.number -> 'listing_type',
                'primary', item.number -> 'primary',
                'sort_coursenum', item.number -> 'sort_coursenum'
            )
            order by item.position
        ) as rendered
    from learning_resources_course as course
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof(course.course_numbers) = 'array' then course.course_numbers end
    ) with ordinality as item (number, position)
    where course.learning_resource_id in (
        select id from described
        union
        select parent_learning_resource_id
        from learning_resources_videoplaylist
        where learning_resource_id = any(%(ids)s)
    )
    group by course.learning_resource_id
),

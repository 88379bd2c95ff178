-- Compares what documents show of rows that others write with what they showed at the last sync, puts the resources whose documents
-- depend on a changed row into the outbox, and remembers the new state: one statement, so all of it or nothing. Returns how many
-- resources were put in.
with given_channel as (
    select *
    from unnest(%(channel_kinds)s::text[], %(channel_keys)s::text[], %(channel_urls)s::text[]) as given (kind, key, url)
),

-- One row per shared row: its kind, its key, and a fingerprint of all that documents show of it.
current_row as materialized (
    select 'rules' as kind, '' as key, %(rules)s::bigint as fingerprint
    union all
    select 'platform', code, hashtextextended(name, 0)
    from learning_resources_learningresourceplatform
    union all
    select 'offeror', unit.code, hashtextextended(row(unit.name, unit.display_facet, channel.url)::text, 0)
    from learning_resources_learningresourceofferor as unit
    left join given_channel as channel on channel.kind = 'offeror' and channel.key = unit.code
    union all
    select 'topic', topic.id::text, hashtextextended(row(topic.name, topic.icon, topic.parent_id, channel.url)::text, 0)
    from learning_resources_learningresourcetopic as topic
    left join given_channel as channel on channel.kind = 'topic' and channel.key = topic.id::text
    union all
    select
        'department',
        department.department_id,
        hashtextextended(row(department.name, school.id, school.name, school.url, channel.url)::text, 0)
    from learning_resources_learningresourcedepartment as department
    left join learning_resources_learningresourceschool as school on school.id = department.school_id
    left join given_channel as channel on channel.kind = 'department' and channel.key = department.department_id
    union all
    select 'tag', id::text, hashtextextended(name, 0)
    from learning_resources_learningresourcecontenttag
    union all
    select 'instructor', id::text, hashtextextended(row(first_name, last_name, full_name)::text, 0)
    from learning_resources_learningresourceinstructor
    union all
    select 'image', id::text, hashtextextended(row(url, description, alt)::text, 0)
    from learning_resources_learningresourceimage
    union all
    select 'video_channel', channel_id, hashtextextended(title, 0)
    from learning_resources_videochannel
    union all
    -- Of a resource: its place in the featured lists, and the files that became it. Django moves `updated_on` with each change.
    select 'featured', child_id::text, min(position)
    from learning_resources_learningresourcerelationship
    where parent_id = any(%(featured_lists)s)
    group by child_id
    union all
    select 'files', direct_learning_resource_id::text, bit_xor(hashtextextended(row(id, updated_on)::text, 0))
    from learning_resources_contentfile
    where direct_learning_resource_id is not null
    group by direct_learning_resource_id
    union all
    select 'resource', id::text, hashtextextended(row(updated_on, published, platform_id, offered_by_id, image_id, view_count)::text, 0)
    from learning_resources_learningresource
    union all
    -- What documents of other resources show of it.
    select 'relative', id::text, hashtextextended(row(title, readable_id, published, url)::text, 0)
    from learning_resources_learningresource
),

changed as materialized (
    select
        kind,
        key,
        current_row.fingerprint,
        shown.kind is null as is_new,
        current_row.kind is null as is_gone
    from current_row
    full join pipelines.shown_row as shown using (kind, key)
    where current_row.fingerprint is distinct from shown.fingerprint
),

-- A row that is new is shown by a resource that is changed itself, except where the link belongs to others.
telling as materialized (
    select kind, key
    from changed
    where not is_new or kind in ('featured', 'files')
),

everything as (
    select exists (
        select from changed
        where (kind = 'rules' and not is_new) or (kind in ('topic', 'department') and is_gone)
    ) as is_affected
),

file as (
    select
        content.direct_learning_resource_id as resource_id,
        content.id,
        coalesce(run.learning_resource_id, content.learning_resource_id, content.direct_learning_resource_id) as owner_id
    from learning_resources_contentfile as content
    left join learning_resources_learningresourcerun as run on run.id = content.run_id
    where content.direct_learning_resource_id is not null
),

showing as (
    select key::integer as resource_id, kind from telling where kind in ('featured', 'files', 'resource')
    union all
    select resource.id, telling.kind
    from telling
    join learning_resources_learningresource as resource
        on (telling.kind = 'platform' and resource.platform_id = telling.key)
        or (telling.kind = 'offeror' and resource.offered_by_id = telling.key)
    union all
    select link.learningresource_id, telling.kind
    from telling
    join learning_resources_learningresource_topics as link on link.learningresourcetopic_id::text = telling.key
    where telling.kind = 'topic'
    union all
    select link.learningresource_id, telling.kind
    from telling
    join learning_resources_learningresource_departments as link on link.learningresourcedepartment_id = telling.key
    where telling.kind = 'department'
    union all
    select link.learningresource_id, telling.kind
    from telling
    join learning_resources_learningresource_resource_tags as link on link.learningresourcecontenttag_id::text = telling.key
    where telling.kind = 'tag'
    union all
    select file.resource_id, telling.kind
    from telling
    join learning_resources_contentfile_content_tags as link on link.learningresourcecontenttag_id::text = telling.key
    join file on file.id = link.contentfile_id
    where telling.kind = 'tag'
    union all
    select run.learning_resource_id, telling.kind
    from telling
    join learning_resources_runinstructorrelationship as link on link.instructor_id::text = telling.key
    join learning_resources_learningresourcerun as run on run.id = link.run_id
    where telling.kind = 'instructor'
    union all
    select resource.id, telling.kind
    from telling
    join learning_resources_learningresource as resource on resource.image_id::text = telling.key
    where telling.kind = 'image'
    union all
    select run.learning_resource_id, telling.kind
    from telling
    join learning_resources_learningresourcerun as run on run.image_id::text = telling.key
    where telling.kind = 'image'
    union all
    select playlist.learning_resource_id, telling.kind
    from telling
    join learning_resources_videoplaylist as playlist on playlist.channel_id = telling.key
    where telling.kind = 'video_channel'
    union all
    select relation.parent_id, telling.kind
    from telling
    join learning_resources_learningresourcerelationship as relation on relation.child_id = telling.key::integer
    where telling.kind = 'relative'
    union all
    select relation.child_id, telling.kind
    from telling
    join learning_resources_learningresourcerelationship as relation on relation.parent_id = telling.key::integer
    where telling.kind = 'relative' and relation.relation_type in ('PLAYLIST_VIDEOS', 'PODCAST_EPISODES')
    union all
    select playlist.learning_resource_id, telling.kind
    from telling
    join learning_resources_videoplaylist as playlist on playlist.parent_learning_resource_id = telling.key::integer
    where telling.kind = 'relative'
    union all
    select resource_id, 'rules' from pipelines.indexed_document, everything where everything.is_affected
),

affected as (
    select resource_id, min(kind) as reason
    from (
        select * from showing
        union all
        -- A video or document shows the topics, departments, platform and offeror of the course that its file is of.
        select file.resource_id, showing.kind
        from showing
        join file on file.owner_id = showing.resource_id
        where showing.kind in ('platform', 'offeror', 'topic', 'department', 'resource', 'relative')
    ) as found
    group by resource_id
),

enqueued as (
    insert into pipelines.outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
    select
        affected.resource_id,
        coalesce(resource.resource_type, held.resource_type),
        coalesce(resource.etl_source, ''),
        affected.reason,
        %(now)s,
        %(run_key)s
    from affected
    left join learning_resources_learningresource as resource on resource.id = affected.resource_id
    left join pipelines.indexed_document as held on held.resource_id = affected.resource_id
    where (held.resource_id is not null or (resource.published and resource.resource_type = any(%(types)s)))
      and not exists (select from pipelines.outbox as waiting where waiting.resource_id = affected.resource_id)
    order by affected.resource_id
    returning resource_id
),

remembered as (
    insert into pipelines.shown_row as shown (kind, key, fingerprint)
    select kind, key, fingerprint
    from changed
    where not is_gone
    on conflict (kind, key) do update set fingerprint = excluded.fingerprint
),

forgotten as (
    delete from pipelines.shown_row as shown
    using changed
    where changed.is_gone and shown.kind = changed.kind and shown.key = changed.key
)

select count(*) from enqueued;

{#-
    Each topic with itself and every topic above it, as rows (name, ancestor_name): the loader adds all ancestors of a topic
    (sources.md 1.4).
-#}
{% macro topics_with_ancestors() -%}
    select
        lineage.name,
        lineage.ancestor_name
    from (
        with recursive walk as (
            select
                topics.name,
                topics.name as ancestor_name,
                topics.parent_name
            from {{ ref('topics') }} as topics

            union

            select
                walk.name,
                parents.name as ancestor_name,
                parents.parent_name
            from walk
            inner join {{ ref('topics') }} as parents on walk.parent_name = parents.name
        )

        select
            walk.name,
            walk.ancestor_name
        from walk
    ) as lineage
{%- endmacro %}

{#-
    Instructors of a run in order, each name once: the explicit full name, else first and last; blank names are dropped
    (sources.md 1.11).
-#}
{% macro loadable_instructors(json_items) -%}
    (
        select
            coalesce(jsonb_agg(
                jsonb_build_object(
                    'full_name', persons.full_name,
                    'first_name', persons.person ->> 'first_name',
                    'last_name', persons.person ->> 'last_name',
                    'position', persons.rank
                ) order by persons.rank
            ), '[]'::jsonb)
        from (
            select
                named.person,
                named.full_name,
                row_number() over (order by named.position) - 1 as rank
            from (
                select distinct on (btrim(full_names.full_name))
                    items.person,
                    items.position,
                    btrim(full_names.full_name) as full_name
                from jsonb_array_elements({{ json_list(json_items) }}) with ordinality as items (person, position)
                cross join lateral (
                    select coalesce(
                        nullif(btrim(items.person ->> 'full_name'), ''),
                        concat_ws(' ', items.person ->> 'first_name', items.person ->> 'last_name')
                    ) as full_name
                ) as full_names
                where btrim(full_names.full_name) != ''
                order by btrim(full_names.full_name), items.position
            ) as named
        ) as persons
    )
{%- endmacro %}

{#-
    Children of programs with relation and place (sources.md 6.4). First the courses: where the record says, else in their order.
    Then the child programs: a program displayed as a course counts as a course of the program; one without a place comes after
    all that have one.
-#}
{% macro program_relations(records, child_sets) -%}
    select
        placed.resource_key,
        placed.child_resource_key,
        placed.relation_type,
        coalesce(
            placed.explicit_position,
            case
                when placed.pass = 1 then placed.course_rank
                else
                    coalesce(max(coalesce(placed.explicit_position, case when placed.pass = 1 then placed.course_rank end))
                        over (partition by placed.resource_key), -1)
                    + placed.unplaced_rank
            end
        ) as position
    from (
        select
            members.*,
            row_number() over (partition by members.resource_key, members.pass order by members.mention) - 1 as course_rank,
            count(*) filter (where members.explicit_position is null and members.pass = 2)
                over (partition by members.resource_key order by members.pass, members.mention) as unplaced_rank
        from (
            select distinct on (mentions.resource_key, mentions.child_resource_key) mentions.*
            from (
                select
                    records.key as resource_key,
                    1 as pass,
                    entries.mention,
                    'PROGRAM_COURSES' as relation_type,
                    (entries.child ->> 'platform') || '|course|' || (entries.child ->> 'readable_id') as child_resource_key,
                    (entries.child ->> 'position')::bigint as explicit_position
                from {{ records }} as records
                cross join lateral jsonb_array_elements(records.record -> 'courses') with ordinality as entries (child, mention)

                union all

                select
                    records.key as resource_key,
                    2 as pass,
                    entries.mention,
                    case
                        when entries.child ->> 'display_mode' = 'course' then 'PROGRAM_COURSES' else 'PROGRAM_PROGRAMS'
                    end as relation_type,
                    records.platform_code || '|program|' || (entries.child ->> 'readable_id') as child_resource_key,
                    (entries.child ->> 'position')::bigint as explicit_position
                from {{ records }} as records
                cross join lateral jsonb_array_elements(records.record -> 'child_programs') with ordinality as entries (child, mention)
            ) as mentions
            inner join {{ child_sets }} as child_sets
                on
                    mentions.resource_key = child_sets.resource_key
                    and mentions.child_resource_key = any(child_sets.child_resource_keys)
            order by mentions.resource_key, mentions.child_resource_key, mentions.pass, mentions.mention
        ) as members
    ) as placed
{%- endmacro %}

{#-
    An image without an address is no image: Learn's table needs one, and Learn's loader fails on it (quirk Q3).
-#}
{% macro image_columns(image) -%}
    nullif({{ image }} ->> 'url', '') as image_url,
    case when nullif({{ image }} ->> 'url', '') is not null then {{ image }} ->> 'description' end as image_description,
    case when nullif({{ image }} ->> 'url', '') is not null then {{ image }} ->> 'alt' end as image_alt
{%- endmacro %}

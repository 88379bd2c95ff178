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
    Children with relation and place (sources.md 6.4): where the record says, else in their order. Child programs come after the
    courses: one without a place after all that have one. Children that name their parent themselves are placed by the same rules.
-#}
{% macro child_relations(records, child_sets) -%}
    select
        placed.resource_key,
        placed.child_resource_key,
        placed.relation_type,
        coalesce(
            placed.explicit_position,
            case
                when placed.pass = 1 then placed.first_pass_rank
                else
                    coalesce(max(coalesce(placed.explicit_position, case when placed.pass = 1 then placed.first_pass_rank end))
                        over (partition by placed.resource_key), -1)
                    + placed.unplaced_rank
            end
        ) as position
    from (
        select
            members.*,
            row_number() over (partition by members.resource_key, members.pass order by members.mention) - 1 as first_pass_rank,
            count(*) filter (where members.explicit_position is null and members.pass = 2)
                over (partition by members.resource_key order by members.pass, members.mention) as unplaced_rank
        from (
            select distinct on (mentions.resource_key, mentions.child_resource_key) mentions.*
            from (
                select
                    records.key as resource_key,
                    children.pass,
                    children.mention,
                    children.relation_type,
                    children.child_resource_key,
                    children.position as explicit_position
                from {{ records }} as records
                inner join {{ child_sets }} as child_sets on records.key = child_sets.resource_key
                cross join lateral ({{ named_children('records.record') }}) as children
                where children.child_resource_key = any(child_sets.child_resource_keys)

                union all

                select
                    records.key as resource_key,
                    1 as pass,
                    children.mention,
                    children.child ->> 'relation_type' as relation_type,
                    children.child ->> 'child_resource_key' as child_resource_key,
                    (children.child ->> 'position')::bigint as explicit_position
                from {{ records }} as records
                inner join {{ child_sets }} as child_sets on records.key = child_sets.resource_key
                cross join lateral jsonb_array_elements(child_sets.adopted) with ordinality as children (child, mention)
            ) as mentions
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

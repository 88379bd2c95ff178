{{ config(materialized='ephemeral') }}

-- What each MITx Online program asks for, in the order of its requirement tree (sources.md 2.4): one row per course or program that
-- the tree names, the first time that it does. A program displayed as a course is one child; any other program's tree takes its place.

with recursive programs as (

    select * from {{ ref('stg_mitxonline__programs') }}
    where not is_removed

),

nodes as (

    select
        programs.record_key,
        array[programs.program_id] as opened_programs,
        array[entries.position] as path,
        entries.node,
        entries.node -> 'data' as facts
    from programs
    cross join lateral jsonb_array_elements(programs.req_tree) with ordinality as entries (node, position)

    union all

    select
        nodes.record_key,
        case
            when nested.program_id is null then nodes.opened_programs
            else nodes.opened_programs || nested.program_id
        end as opened_programs,
        nodes.path || entries.position as path,
        entries.node,
        entries.node -> 'data' as facts
    from nodes
    -- The program whose tree takes the node's place; one that is open already is not opened again, so that cycles end.
    left join programs as nested
        on
            nodes.facts ->> 'node_type' = 'program'
            and nested.program_id = {{ whole_id("nodes.facts -> 'required_program'") }}
            and not nested.is_displayed_as_course
            and not nested.program_id = any(nodes.opened_programs)
    cross join lateral jsonb_array_elements(
        coalesce(nested.req_tree, {{ json_list("nodes.node -> 'children'") }})
    ) with ordinality as entries (node, position)

),

mentions as (

    select
        nodes.record_key,
        nodes.path,
        nodes.facts ->> 'node_type' as child_type,
        cardinality(nodes.opened_programs) = 1 as is_in_own_tree,
        case nodes.facts ->> 'node_type'
            when 'course' then {{ whole_id("nodes.facts -> 'course'") }}
            when 'program' then {{ whole_id("nodes.facts -> 'required_program'") }}
        end as child_id
    from nodes

),

-- A program that the publisher's answer does not have is passed over; a course keeps its place in the order even so.
children as (

    select
        mentions.record_key,
        mentions.child_type,
        mentions.child_id,
        child_programs.readable_id as child_program_readable_id,
        child_programs.display_mode,
        coalesce(child_programs.is_displayed_as_course, mentions.child_type = 'course') as is_counted,
        bool_or(mentions.is_in_own_tree) as is_in_own_tree,
        min(mentions.path) as path
    from mentions
    left join programs as child_programs
        on mentions.child_type = 'program' and mentions.child_id = child_programs.program_id
    where mentions.child_id is not null and (mentions.child_type = 'course' or child_programs.program_id is not null)
    group by 1, 2, 3, 4, 5, 6

)

select
    record_key,
    child_type,
    child_id,
    child_program_readable_id,
    display_mode,
    is_in_own_tree,
    row_number() over (partition by record_key order by path) as mention,
    case
        when is_counted
            then count(*) filter (where is_counted) over (partition by record_key order by path) - 1
    end as position
from children

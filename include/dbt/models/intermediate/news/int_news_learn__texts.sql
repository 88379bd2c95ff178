-- What an article of Learn's staff says, taken out of its document (sources.md 7.7): all its texts, and its first paragraph with links. The
-- editor writes ProseMirror; older articles are EditorJS, blocks without a tree.

with recursive nodes as (

    select
        record_key,
        document as node,
        array[]::bigint[] as place
    from {{ ref('stg_news_learn__articles') }}

    union all

    select
        nodes.record_key,
        children.child as node,
        nodes.place || children.position as place
    from nodes
    cross join lateral jsonb_array_elements(
        case
            when jsonb_typeof(nodes.node) = 'array' then nodes.node
            when jsonb_typeof(nodes.node) != 'object' or nodes.node ->> 'type' = 'text' or not nodes.node ? 'content' then '[]'::jsonb
            else jsonb_build_array(nodes.node -> 'content')
        end
    ) with ordinality as children (child, position)

),

tree_texts as (

    select
        record_key,
        string_agg(node ->> 'text', ' ' order by place) as content
    from nodes
    where
        jsonb_typeof(node) = 'object'
        and (node ->> 'type' = 'text' or not node ? 'content')
        and (node ->> 'type' is distinct from 'text' or node ->> 'text' != '')
        and node ->> 'text' is not null
    group by record_key

),

block_texts as (

    select
        staged.record_key,
        string_agg(
            coalesce(nullif(blocks.block ->> 'text', ''), blocks.block #>> '{data,text}'), ' ' order by blocks.position
        ) as content
    from {{ ref('stg_news_learn__articles') }} as staged
    cross join lateral jsonb_array_elements({{ json_list("staged.document -> 'blocks'") }}) with ordinality as blocks (block, position)
    where coalesce(nullif(blocks.block ->> 'text', ''), blocks.block #>> '{data,text}', '') != ''
    group by staged.record_key

),

top_nodes as (

    select
        staged.record_key,
        tops.node,
        tops.position
    from {{ ref('stg_news_learn__articles') }} as staged
    cross join lateral jsonb_array_elements({{ json_list("staged.document -> 'content'") }}) with ordinality as tops (node, position)

),

-- A paragraph of a banner comes before any other.
paragraphs as (

    select
        top_nodes.record_key,
        1 as preference,
        top_nodes.position,
        children.position as place,
        children.child as paragraph
    from top_nodes
    cross join lateral jsonb_array_elements({{ json_list("top_nodes.node -> 'content'") }}) with ordinality as children (child, position)
    where top_nodes.node ->> 'type' = 'banner' and children.child ->> 'type' = 'paragraph'

    union all

    select
        record_key,
        2 as preference,
        position,
        1 as place,
        node as paragraph
    from top_nodes
    where node ->> 'type' = 'paragraph'

),

told as (

    select
        paragraphs.record_key,
        paragraphs.preference,
        paragraphs.position,
        paragraphs.place,
        (
            select
                string_agg(
                    case
                        when coalesce(links.attributes ->> 'href', '') = '' then parts.part ->> 'text'
                        else
                            '<a href="' || (links.attributes ->> 'href')
                            || '" target="' || coalesce(links.attributes ->> 'target', '_blank')
                            || '" rel="' || coalesce(links.attributes ->> 'rel', 'noopener noreferrer nofollow')
                            || '">' || (parts.part ->> 'text') || '</a>'
                    end, '' order by parts.position
                )
            from jsonb_array_elements({{ json_list("paragraphs.paragraph -> 'content'") }}) with ordinality as parts (part, position)
            left join lateral (
                select marks.mark -> 'attrs' as attributes
                from jsonb_array_elements({{ json_list("parts.part -> 'marks'") }}) with ordinality as marks (mark, position)
                where marks.mark ->> 'type' = 'link'
                order by marks.position
                limit 1
            ) as links on true
            where parts.part ->> 'type' = 'text' and coalesce(parts.part ->> 'text', '') != ''
        ) as summary
    from paragraphs

),

summaries as (

    select distinct on (record_key)
        record_key,
        summary
    from told
    where btrim(summary, E' \t\n\r') != ''
    order by record_key, preference, position, place

)

select
    staged.record_key,
    coalesce(summaries.summary, '') as summary,
    coalesce(tree_texts.content, block_texts.content, '') as content
from {{ ref('stg_news_learn__articles') }} as staged
left join summaries on staged.record_key = summaries.record_key
left join tree_texts on staged.record_key = tree_texts.record_key
left join block_texts on staged.record_key = block_texts.record_key

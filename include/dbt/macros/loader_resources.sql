{#- One row per resource: the record behind it, whether its source still has it, and whether people are to see it. -#}
{% macro current_resources() -%}
    with claims as (

        select
            resource_key,
            source_key,
            child_resource_keys,
            is_removed,
            is_published,
            last_modified,
            content_hash
        from {{ ref('int_resources__normalized') }}
        where {{ is_known_to_learn('etl_source') }}

        union all

        -- A resource that its record is no longer behind stays known, as removed: it was delivered under that key.
        select
            former.resource_key,
            normalized.source_key,
            array[]::text[] as child_resource_keys,
            true as is_removed,
            false as is_published,
            normalized.last_modified,
            normalized.content_hash
        from {{ ref('int_resources__normalized') }} as normalized
        cross join lateral unnest(normalized.former_resource_keys) as former (resource_key)
        where {{ is_known_to_learn('normalized.etl_source') }}

    ),

    -- Two records with one key (an OCW course published in two folders): the one that is there, then the one modified later.
    winners as (

        select distinct on (claims.resource_key)
            claims.*,
            split_part(claims.resource_key, '|', 2) as resource_type
        from claims
        inner join {{ ref('platforms') }} as platforms on split_part(claims.resource_key, '|', 1) = platforms.code
        order by claims.resource_key, claims.is_removed, claims.last_modified desc nulls last, claims.source_key

    ),

    -- Videos and episodes are shown while something that is shown has them (sources.md 2.10 to 2.12). Learn hides a video with the
    -- first playlist that drops it; here it stays while another one has it (quirk Q14).
    collected as (

        select distinct members.child_resource_key
        from winners
        cross join lateral unnest(winners.child_resource_keys) as members (child_resource_key)
        where winners.is_published and winners.resource_type in ('video_playlist', 'podcast')

    ),

    -- A course on the block list, of whichever feed, is known and not shown.
    blocked as (

        select readable_id
        from {{ ref('stg_course_blocklist__courses') }}
        where not is_removed

    )

    select
        winners.resource_key,
        winners.source_key,
        winners.resource_type,
        winners.child_resource_keys,
        winners.is_removed,
        winners.is_published
        and blocked.readable_id is null
        and (
            winners.resource_type not in ('video', 'podcast_episode') or collected.child_resource_key is not null
        ) as is_published,
        winners.content_hash
    from winners
    left join collected on winners.resource_key = collected.child_resource_key
    left join blocked on {{ readable_id_of('winners.resource_key') }} = blocked.readable_id and winners.resource_type = 'course'
{%- endmacro %}

{#- The known children of each resource: those that its record names, in their order, and those that name it themselves. -#}
{% macro known_children(current_resources) -%}
    -- Children are fetched, not loaded, with their parent: a program counts while it is known, everything else while it is published.
    with known as (

        select *
        from {{ current_resources }}
        where is_published or resource_type = 'program'

    ),

    named as (

        select
            parents.resource_key,
            array_agg(children.child_resource_key order by children.mention) as child_resource_keys
        from {{ current_resources }} as parents
        cross join lateral unnest(parents.child_resource_keys) with ordinality as children (child_resource_key, mention)
        inner join known on children.child_resource_key = known.resource_key
        where children.child_resource_key != parents.resource_key
        group by parents.resource_key

    ),

    adopted as (

        select
            adopters.resource_key,
            jsonb_agg(
                jsonb_build_object(
                    'child_resource_key', known.resource_key,
                    'relation_type', parents.parent ->> 'relation_type',
                    'position', (parents.parent ->> 'position')::bigint
                ) order by known.resource_key
            ) as children
        from known
        inner join {{ ref('int_resources__normalized') }} as normalized on known.source_key = normalized.source_key
        cross join lateral jsonb_array_elements(normalized.parents) as parents (parent)
        cross join lateral (
            select {{ named_resource_key('parents.parent', 'null', 'null') }} as resource_key
        ) as adopters
        group by adopters.resource_key

    )

    select
        coalesce(named.resource_key, adopted.resource_key) as resource_key,
        named.child_resource_keys,
        adopted.children as adopted
    from named
    full join adopted on named.resource_key = adopted.resource_key
{%- endmacro %}

{#-
    Topics of playlists that have none of their own: the most frequent ones of their videos, with the topics above them
    (sources.md 2.10, 6.6). Of equally frequent ones the one that comes first.
-#}
{% macro playlist_topics(current_resources, children) -%}
    with taxonomy as (

        {{ topics_with_ancestors() }}

    ),

    -- Materialized: Postgres thinks that there is one playlist, and would look through all resources for each.
    listed as materialized (

        select
            playlists.resource_key,
            children.child_resource_key,
            children.mention
        from {{ children }} as playlists
        cross join lateral unnest(playlists.child_resource_keys) with ordinality as children (child_resource_key, mention)
        where split_part(playlists.resource_key, '|', 2) = 'video_playlist'

    ),

    mentions as (

        select distinct
            listed.resource_key,
            listed.mention,
            taxonomy.ancestor_name as topic_name
        from listed
        inner join {{ current_resources }} as videos on listed.child_resource_key = videos.resource_key
        inner join {{ ref('int_resources__normalized') }} as normalized on videos.source_key = normalized.source_key
        cross join lateral jsonb_array_elements(normalized.topics) as topics (topic)
        inner join taxonomy on topics.topic ->> 'name' = taxonomy.name

    ),

    ranked as (

        select
            resource_key,
            topic_name,
            row_number() over (
                partition by resource_key order by count(*) desc, min(mention), topic_name collate "C"
            ) as rank
        from mentions
        group by resource_key, topic_name

    )

    select
        resource_key,
        jsonb_agg(jsonb_build_object('name', topic_name) order by rank) as topics
    from ranked
    where rank <= {{ var('open_video_max_topics') }}
    group by resource_key
{%- endmacro %}

{#- Whether a record is of a feed that Learn still has (var retired_sources). -#}
{% macro is_known_to_learn(etl_source) -%}
    {{ etl_source }} != all(array['{{ var("retired_sources") | join("', '") }}']::text[])
{%- endmacro %}

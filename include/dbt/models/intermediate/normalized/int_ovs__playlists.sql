-- One row per collection of the ODL Video Service as the normalized record of a playlist with its videos (sources.md 2.12). The service
-- tells of a collection with each of its videos only: what was observed last counts, and a collection that has no video left is removed.

with collections as (

    select distinct seen.collection_key as record_key
    from {{ ref('int_ovs__videos') }} as videos
    cross join lateral unnest(videos.collection_keys_seen) as seen (collection_key)

),

-- The service lists its videos newest first.
members as (

    select
        collection_key as record_key,
        jsonb_agg(record order by last_modified desc, resource_key) as videos,
        md5(string_agg(content_hash, ',' order by last_modified desc, resource_key)) as members_hash
    from {{ ref('int_ovs__videos') }}
    where not is_removed
    group by collection_key

),

described as (

    select distinct on (collection_key)
        collection_key as record_key,
        source_version_id,
        collection_title as title,
        collection_description as description
    from {{ ref('int_ovs__videos') }}
    where collection_key is not null
    order by collection_key asc, is_removed asc, observed_at desc, record_key asc

),

inputs as (

    select
        collections.record_key,
        md5(concat_ws(
            '|',
            members.members_hash,
            described.title,
            described.description,
            '{{ var("ovs_api_base_url") }}',
            '{{ var("ovs_complete_playlists") }}',
            '{{ code_hash() }}'
        )) as input_hash
    from collections
    left join members on collections.record_key = members.record_key
    left join described on collections.record_key = described.record_key

),

changed as (

    {{ changed_keys('inputs', 'record_key') }}

),

records as (

    select
        changed.record_key,
        changed.input_hash,
        described.source_version_id,
        members.record_key is null as is_removed,
        jsonb_build_object(
            'readable_id', changed.record_key,
            'platform', 'ovs',
            'resource_type', 'video_playlist',
            'title', coalesce(described.title, ''),
            'description', described.description,
            'url', '{{ var("ovs_api_base_url").rstrip("/") }}/collections/' || changed.record_key,
            'published', true,
            'videos', coalesce(members.videos, '[]'::jsonb),
            'loader', jsonb_build_object(
                'etl_source', 'ovs',
                'channel', jsonb_build_object('channel_id', 'ovs', 'title', 'ODL Video Service')
            )
        )
        -- Learn's transform leaves source and availability out, and its loader stores neither (quirk Q15, docs/parity.md).
        {% if var('ovs_complete_playlists') %}
            || '{"availability": "anytime"}'::jsonb
        {% endif %} as record
    from changed
    left join members on changed.record_key = members.record_key
    left join described on changed.record_key = described.record_key

)

{{ normalized_rows('records') }}

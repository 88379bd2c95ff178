-- One row per show as a normalized record (sources.md 1.2, 2.11). It names its episodes in the order of its RSS; their records, with
-- the XML of each, are rows of int_podcast__episodes.

with {{ changed_records(
    "(select * from " ~ ref('stg_podcast__feeds') ~ " where kind = 'feed')",
    inputs=['episodes.state', "'" ~ var('podcast_known_topics') ~ "'", "'" ~ var('podcast_offeror_codes') ~ "'"],
    joins="left join (select show_key, md5(string_agg(record_key || is_removed, '|' order by record_key)) as state from "
        ~ ref('int_podcast__episodes') ~ " group by show_key) as episodes on staged.record_key = episodes.show_key"
) }},

records as (

    select
        shows.record_key,
        shows.source_version_id,
        changed.input_hash,
        shows.is_removed,
        array(
            select 'podcast|podcast|' || seen.readable_id
            from unnest(shows.readable_ids_seen) as seen (readable_id)
            where seen.readable_id != shows.readable_id
            order by seen.readable_id
        ) as former_resource_keys,
        {{ podcast_members('shows', 'shows') }} || jsonb_build_object(
            'resource_type', 'podcast',
            'podcast', jsonb_build_object(
                'rss_url', shows.rss_url,
                'apple_podcasts_url', shows.apple_podcasts_url,
                'google_podcasts_url', shows.google_podcasts_url
            ),
            'episodes', (
                select
                    coalesce(
                        jsonb_agg(
                            jsonb_build_object('readable_id', episodes.record ->> 'readable_id') order by listed.position
                        ),
                        '[]'::jsonb
                    )
                from jsonb_array_elements_text(shows.episode_keys) with ordinality as listed (record_key, position)
                inner join {{ ref('int_podcast__episodes') }} as episodes on listed.record_key = episodes.record_key
                where not episodes.is_removed
            )
        ) as record
    from {{ ref('stg_podcast__feeds') }} as shows
    inner join changed on shows.record_key = changed.record_key

)

{{ normalized_rows('records', former_keys='former_resource_keys') }}

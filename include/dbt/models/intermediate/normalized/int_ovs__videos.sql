-- One row per video as a normalized record (sources.md 2.12). A video is shown when it is public and complete, streams from a host that
-- we allow, and lies in a collection; else it counts as removed.

with {{ changed_records(
    ref('stg_ovs__videos'),
    inputs=["'" ~ ovs_media_hosts() | join(',') ~ "'", "'" ~ var('ovs_api_base_url') ~ "'"]
) }},

media as (

    select
        staged.*,
        changed.input_hash,
        {{ first_media_url('staged.sources', 'src', "items.item ->> 'src' like '%.m3u8'") }} as streaming_url,
        case
            when {{ is_allowed_media_url("staged.thumbnails #>> '{0,cloudfront_url}'") }}
                then staged.thumbnails #>> '{0,cloudfront_url}'
        end as cover_image_url,
        -- Subtitles are given by their keys only; they lie where the thumbnails are, else where the streams are.
        coalesce(
            {{ first_host('staged.thumbnails', 'cloudfront_url') }}, {{ first_host('staged.sources', 'src') }}
        ) as caption_host
    from {{ ref('stg_ovs__videos') }} as staged
    inner join changed on staged.record_key = changed.record_key

),

subtitles as (

    select
        media.record_key,
        items.item,
        items.position,
        'https://' || media.caption_host || '/' || nullif(items.item ->> 's3_object_key', '') as url
    from media
    cross join lateral jsonb_array_elements(media.subtitles) with ordinality as items (item, position)

),

captions as (

    select
        record_key,
        jsonb_agg(
            jsonb_build_object(
                'language', coalesce(item ->> 'language', 'en'),
                'language_name', coalesce(item ->> 'language_name', ''),
                'url', url
            )
            order by position
        ) as caption_urls
    from subtitles
    where {{ is_allowed_media_url('url') }}
    group by record_key

),

records as (

    select
        media.record_key,
        media.source_version_id,
        media.input_hash,
        media.created_at,
        media.observed_at,
        media.collection_key,
        media.collection_title,
        media.collection_description,
        media.collection_keys_seen,
        media.is_removed
        or not media.is_listed
        or media.streaming_url is null
        or media.collection_key is null as is_removed,
        jsonb_build_object(
            'readable_id', media.video_key,
            'platform', 'ovs',
            'etl_source', 'ovs',
            'resource_type', 'video',
            'title', media.title,
            'description', media.description,
            'url', case
                when {{ is_allowed_media_url('media.cta_link') }} then media.cta_link
                else '{{ var("ovs_api_base_url").rstrip("/") }}/videos/' || media.video_key
            end,
            'image', case
                when media.cover_image_url is not null then jsonb_build_object('url', media.cover_image_url)
            end,
            'last_modified', {{ utc_text('media.created_at') }},
            'availability', 'anytime',
            'published', true,
            'video', jsonb_build_object(
                'duration', {{ seconds_as_duration('media.duration_seconds') }},
                'caption_urls', coalesce(captions.caption_urls, '[]'::jsonb),
                'cover_image_url', coalesce(media.cover_image_url, ''),
                'streaming_url', media.streaming_url
            )
        )
        || case when media.is_short then '{"resource_category": "Video Short"}'::jsonb else '{}'::jsonb end as record
    from media
    left join captions on media.record_key = captions.record_key

)

{{ normalized_rows(
    'records',
    last_modified='created_at',
    more=['observed_at', 'collection_key', 'collection_title', 'collection_description', 'collection_keys_seen']
) }}

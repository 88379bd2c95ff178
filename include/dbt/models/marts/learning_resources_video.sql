with units as (

    {{ changed_units() }}

),

videos as (

    select
        resource_key,
        coalesce(detail ->> 'duration', '') as duration,
        {{ json_list("detail -> 'caption_urls'") }} as caption_urls,
        coalesce(detail ->> 'cover_image_url', '') as cover_image_url,
        coalesce(detail ->> 'streaming_url', '') as streaming_url,
        built_at
    from units
    where resource_type = 'video'

)

{{ as_contracted('videos') }}

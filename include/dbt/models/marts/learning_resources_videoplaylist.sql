with units as (

    {{ changed_units() }}

),

playlists as (

    select
        resource_key,
        detail #>> '{channel,channel_id}' as channel_id,
        detail #>> '{channel,title}' as channel_title,
        detail ->> 'parent_resource_key' as parent_resource_key,
        split_part(detail ->> 'parent_resource_key', '|', 1) as parent_platform_id,
        split_part(detail ->> 'parent_resource_key', '|', 2) as parent_resource_type,
        {{ readable_id_of("(detail ->> 'parent_resource_key')") }} as parent_readable_id,
        built_at
    from units
    where resource_type = 'video_playlist'

)

{{ as_contracted('playlists') }}

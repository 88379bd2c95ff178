with units as (

    {{ changed_units() }}

),

episodes as (

    select
        resource_key,
        detail ->> 'episode_link' as episode_link,
        detail ->> 'duration' as duration,
        detail ->> 'rss' as rss,
        detail ->> 'audio_url' as audio_url,
        built_at
    from units
    where resource_type = 'podcast_episode'

)

{{ as_contracted('episodes') }}

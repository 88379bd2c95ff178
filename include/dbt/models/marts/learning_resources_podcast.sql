with units as (

    {{ changed_units() }}

),

podcasts as (

    select
        resource_key,
        detail ->> 'apple_podcasts_url' as apple_podcasts_url,
        detail ->> 'google_podcasts_url' as google_podcasts_url,
        detail ->> 'rss_url' as rss_url,
        built_at
    from units
    where resource_type = 'podcast'

)

{{ as_contracted('podcasts') }}

with details as (

    select
        guid,
        audience,
        location,
        event_type,
        event_datetime,
        event_end_datetime,
        built_at
    from {{ ref('int_news__items') }}
    where is_live and feed_type = 'events'

)

{{ as_contracted('details') }}

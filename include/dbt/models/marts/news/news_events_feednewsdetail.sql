with details as (

    select
        guid,
        authors,
        topics,
        publish_date,
        built_at
    from {{ ref('int_news__items') }}
    where is_live and feed_type = 'news'

)

{{ as_contracted('details') }}

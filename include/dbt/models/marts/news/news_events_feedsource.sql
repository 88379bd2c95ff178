with feeds as (

    select
        feed,
        title,
        url,
        description,
        feed_type,
        image_url,
        image_description,
        image_alt,
        built_at
    from {{ ref('int_news__feeds') }}

)

{{ as_contracted('feeds') }}

with items as (

    select
        guid,
        title,
        url,
        summary,
        content,
        image_url,
        image_description,
        image_alt,
        feed,
        unit_hash,
        built_at
    from {{ ref('int_news__items') }}
    where is_live

)

{{ as_contracted('items') }}

-- Each image once, whoever shows it.

with shown as (

    select
        image_url,
        image_description,
        image_alt,
        built_at
    from {{ ref('news_events_feeditem') }}

    union all

    select
        image_url,
        image_description,
        image_alt,
        built_at
    from {{ ref('news_events_feedsource') }}

),

images as (

    select
        image_url as url,
        image_description as description,
        image_alt as alt,
        max(built_at) as built_at
    from shown
    where image_url is not null
    group by image_url, image_description, image_alt

)

{{ as_contracted('images') }}

-- The feeds of news and events that were read at least once, as Learn's transforms describe them (sources.md section 7).

with known as (

    select
        feed,
        feed_type,
        min(built_at) as built_at
    from {{ ref('int_news__items') }}
    group by feed, feed_type

),

described as (

    select
        'news_mitpe' as feed,
        'MIT Professional Education News' as title,
        {{ url_join(var('mitpe_base_url'), "'/news'") }} as url,
        E'\nNews and updates from MIT Professional Education.\n' as description,
        '{}'::jsonb as more

    union all

    select
        'events_mitpe' as feed,
        'MIT Professional Education Events' as title,
        {{ url_join(var('mitpe_base_url'), "'/events'") }} as url,
        E'\nMIT Professional Education events.\n' as description,
        '{}'::jsonb as more

    union all

    -- The text is Learn's own, letter for letter.
    select
        'events_ol' as feed,
        'Open Learning Events' as title,
        'https://openlearning.mit.edu/events/' as url,
        E'\nOpen Learning hosts a wide range of events for learners, educators, researchers,\nnd practitioners around the world.\n'
        || E'Regular event series include Open Learning Talks, which bring together leaders\nto discuss research-based ideas, '
        || E'technologies, and efforts in education; and xTalks,\nwhich provide MIT faculty, researchers, staff, and students '
        || E'an opportunity to share\ntheir experiences developing and using digital technologies in the classroom.\n'
        || E'Explore upcoming events below, including webinars, workshops, and more.\n' as description,
        '{}'::jsonb as more

    union all

    select
        'news_sloan' as feed,
        'MIT Sloan Executive Education' as title,
        'https://exec.mit.edu/s/blog' as url,
        'MIT Sloan Executive Education' as description,
        '{}'::jsonb as more

    union all

    select
        'events_sloan' as feed,
        'MIT Sloan Executive Education Webinars' as title,
        'https://exec.mit.edu/s/webinars' as url,
        'MIT Sloan Executive Education Webinars' as description,
        '{}'::jsonb as more

    union all

    select
        'news_learn' as feed,
        'MIT Learn Articles' as title,
        '/news' as url,
        'Articles created by MIT Learn staff' as description,
        jsonb_build_object('image', (
            select items.record -> 'image'
            from {{ ref('int_news__items') }} as items
            where items.feed = 'news_learn' and items.is_listed and items.image_url is not null
            order by items.position
            limit 1
        )) as more

    union all

    select
        'news_medium' as feed,
        coalesce(feed_title, '') as title,
        feed_url as url,
        coalesce(feed_subtitle, '') as description,
        jsonb_build_object(
            'image', jsonb_build_object('url', feed_image_url, 'description', feed_image_title, 'alt', feed_image_title)
        ) as more
    from {{ ref('stg_news_medium__feed') }}
    where kind = 'feed' and not is_removed

)

select
    known.feed,
    known.feed_type,
    described.title,
    described.url,
    described.description,
    {{ feed_image_columns("described.more -> 'image'") }},
    jsonb_build_object(
        'title', described.title,
        'url', described.url,
        'feed_type', known.feed_type,
        'description', described.description
    ) || described.more as record,
    known.built_at
from known
inner join described on known.feed = described.feed

-- Articles of MIT Open Learning on Medium as items, in the order of the feed (sources.md 7.1).

with articles as (

    select
        staged.*,
        (
            select min(keys.position)
            from {{ ref('stg_news_medium__feed') }} as feeds
            cross join lateral jsonb_array_elements_text(feeds.item_keys) with ordinality as keys (item_key, position)
            where feeds.kind = 'feed' and keys.item_key = staged.record_key
        ) as place
    from {{ ref('stg_news_medium__feed') }} as staged
    where staged.kind = 'item'

)

select
    {{ news_item('news_medium', 'place, source_version_id') }},
    jsonb_build_object(
        'guid', guid,
        'title', title,
        'url', url,
        'summary', summary,
        'content', content,
        'image', {{ news_image('image_url', "coalesce(image_alt, '')", 'image_alt') }},
        'detail', jsonb_build_object(
            'authors', to_jsonb(authors),
            'topics', (
                select coalesce(jsonb_agg(tags.tag order by tags.tag collate "C"), '[]'::jsonb)
                from unnest(articles.tags) as tags (tag)
            ),
            'publish_date', {{ utc_text('published_at') }}
        )
    ) as record
from articles

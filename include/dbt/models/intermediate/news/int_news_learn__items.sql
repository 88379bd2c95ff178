-- Articles of Learn's staff as items, by their number (sources.md 7.7). Their guid is the one that Learn's application gives them itself.

with articles as (

    select
        staged.*,
        texts.summary,
        texts.content,
        coalesce(nullif(staged.author_name, ''), staged.author_username) as author
    from {{ ref('stg_news_learn__articles') }} as staged
    inner join {{ ref('int_news_learn__texts') }} as texts on staged.record_key = texts.record_key

)

select
    {{ news_item('news_learn', 'article_id') }},
    jsonb_build_object(
        'guid', record_key,
        'title', title,
        'url', '/news/' || coalesce(nullif(slug, ''), article_id::text),
        'summary', summary,
        'content', content,
        'image', {{ news_image('cover_image', "''", "''") }},
        'detail', jsonb_build_object(
            'authors', case when coalesce(author, '') = '' then '[]'::jsonb else jsonb_build_array(author) end,
            'topics', '[]'::jsonb,
            'publish_date', {{ utc_text('published_at') }}
        )
    ) as record
from articles

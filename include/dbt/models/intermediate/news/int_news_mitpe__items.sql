-- News of MIT Professional Education as items, the oldest first (sources.md 7.5).

with news as (

    select
        staged.*,
        authors.authors
    from {{ ref('stg_news_mitpe__news') }} as staged
    inner join {{ ref('int_news_mitpe__authors') }} as authors on staged.record_key = authors.record_key

)

select
    {{ news_item('news_mitpe', 'published_at, source_version_id') }},
    jsonb_build_object(
        {{ mitpe_item_members() }},
        'detail', jsonb_build_object(
            'authors', authors,
            'topics', '[]'::jsonb,
            'publish_date', {{ utc_text('published_at') }}
        )
    ) as record
from news

-- Posts of the blog of Sloan Executive Education as items (sources.md 7.2).

{% set site = 'https://exec.mit.edu/' %}

select
    {{ news_item('news_sloan', 'source_version_id') }},
    jsonb_build_object(
        'guid', guid,
        'title', title,
        'url', '{{ site }}s/blog-post/' || url_name,
        'summary', summary,
        'content', content,
        'image', {{ news_image(url_join(site, 'image_path'), 'image_title', 'image_alt') }},
        'detail', jsonb_build_object(
            'authors', jsonb_build_array(author),
            'topics', to_jsonb(topics),
            'publish_date', {{ utc_text('published_at') }}
        )
    ) as record
from {{ ref('stg_news_sloan__posts') }}

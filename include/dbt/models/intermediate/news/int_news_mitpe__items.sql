-- News of MIT Professional Education as items, the oldest first (sources.md 7.5).

with named as (

    select
        *,
        {% if var('news_mitpe_authors_by_word') %}
            -- Names are joined by the word "and" or by a bar.
            regexp_split_to_array(author, '\s+and\s+|\|', 'i') as names
        {% else %}
            -- Learn's rule (quirk Q12): also inside "Anderson" and "Alexandra".
            string_to_array(author, case when author like '%and%' then 'and' else '|' end) as names
        {% endif %}
    from {{ ref('stg_news_mitpe__news') }}

)

select
    {{ news_item('news_mitpe', 'published_at, source_version_id') }},
    jsonb_build_object(
        'guid', guid,
        'title', title,
        'url', {{ url_join(var('mitpe_base_url'), 'url_path') }},
        'summary', summary,
        'content', summary,
        'image', {{ news_image(url_join(var('mitpe_base_url'), 'image_path'), 'title', 'title', absent='{}') }},
        'detail', jsonb_build_object(
            'authors', (
                select coalesce(jsonb_agg(btrim(names.name) order by names.position), '[]'::jsonb)
                from unnest(named.names) with ordinality as names (name, position)
                where btrim(names.name) != ''
            ),
            'topics', '[]'::jsonb,
            'publish_date', {{ utc_text('published_at') }}
        )
    ) as record
from named

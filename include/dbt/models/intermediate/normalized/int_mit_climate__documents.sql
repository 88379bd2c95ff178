-- One row per article as a normalized record: a document (sources.md 1.2, 2.13). One that is in neither list is removed (quirk Q5).

with {{ changed_records(mit_climate_both_lists(), inputs=['staged.list', "'" ~ var('mit_climate_clean_html') ~ "'"]) }},

records as (

    select
        articles.record_key,
        articles.source_version_id,
        changed.input_hash,
        articles.is_removed,
        jsonb_build_object(
            'readable_id', articles.record_key,
            'title', articles.title,
            'description', {{ climate_text('summary') }},
            'full_description', concat_ws(
                chr(10),
                {{ climate_text('summary') }},
                nullif({{ climate_text('footnotes') }}, ''),
                nullif({{ climate_text('byline') }}, '')
            ),
            'url', {{ url_join(var('mit_climate_base_url'), 'articles.url') }},
            'image', jsonb_build_object(
                'url', {{ url_join(var('mit_climate_base_url'), 'articles.image_path') }},
                'alt', articles.image_alt
            ),
            'topics', {{ mapped_topics(
                "select btrim(parts.part) as name, parts.position"
                ~ " from unnest(string_to_array(articles.topics, '|')) with ordinality as parts (part, position)",
                'climate'
            ) }},
            'created_on', {{ utc_text('articles.created_at') }},
            'platform', 'climate',
            'etl_source', 'mit_climate',
            'resource_type', 'document',
            'resource_category', 'Article',
            'offered_by', jsonb_build_object('code', 'climate'),
            'published', true,
            'loader', jsonb_build_object('created_on', {{ utc_text('articles.created_at') }})
        ) as record
    from {{ mit_climate_both_lists() }} as articles
    inner join changed on articles.record_key = changed.record_key

)

{{ normalized_rows('records') }}

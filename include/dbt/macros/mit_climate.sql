{#- The articles of one of the portal's two lists, which have one shape. Titles and topics are escaped for HTML there. -#}
{% macro mit_climate_articles(list) -%}
    {%- set raw_table = source('raw', 'mit_climate__' ~ list) -%}
    with {{ staged_versions(raw_table) }}

    select
        {{ version_columns() }},
        '{{ list }}' as list,
        {{ cleaned_html("payload ->> 'title'", 'text') }} as title,
        payload ->> 'url' as url,
        payload ->> 'image_src' as image_path,
        payload ->> 'image_alt' as image_alt,
        {%- for text in ['summary', 'footnotes', 'byline'] %}
        payload ->> '{{ text }}' as {{ text }}_as_sent,
        {{ cleaned_html("payload ->> '" ~ text ~ "'", 'links') }} as {{ text }},
        {%- endfor %}
        {{ cleaned_html("payload ->> 'topics'", 'text') }} as topics,
        {{ eastern_moment("payload ->> 'created'") }} as created_at
    from versions
{%- endmacro %}

{#- The articles of both lists; one that is in both is the one that was published last. -#}
{% macro mit_climate_both_lists() -%}
    (
        select distinct on (listed.record_key) listed.*
        from (
            select explainers.*
            from {{ ref('stg_mit_climate__explainers') }} as explainers
            union all
            select answers.*
            from {{ ref('stg_mit_climate__ask_mit_climate') }} as answers
        ) as listed
        order by listed.record_key, listed.is_removed, listed.observed_at desc, listed.list
    )
{%- endmacro %}

{#- A text of an article: cleaned, or with mit_climate_clean_html off as it was sent, as Learn has it. -#}
{% macro climate_text(name) -%}
    articles.{{ name }}{{ '' if var('mit_climate_clean_html') else '_as_sent' }}
{%- endmacro %}

{#- The articles of one of the portal's two lists, which have one shape. Titles and topics are escaped for HTML there. -#}
{% macro mit_climate_articles(list) -%}
    {%- set raw_table = source('raw', 'mit_climate__' ~ list) -%}
    with changed as (

        {{ changed_versions(raw_table) }}

    )

    select
        changed.record_key,
        changed.source_version_id,
        changed.is_removed,
        raw_versions.observed_at,
        '{{ list }}' as list,
        {{ cleaned_html("raw_versions.payload ->> 'title'", 'text') }} as title,
        raw_versions.payload ->> 'url' as url,
        raw_versions.payload ->> 'image_src' as image_path,
        raw_versions.payload ->> 'image_alt' as image_alt,
        {%- for text in ['summary', 'footnotes', 'byline'] %}
        raw_versions.payload ->> '{{ text }}' as {{ text }}_as_sent,
        {{ cleaned_html("raw_versions.payload ->> '" ~ text ~ "'", 'links') }} as {{ text }},
        {%- endfor %}
        {{ cleaned_html("raw_versions.payload ->> 'topics'", 'text') }} as topics,
        {{ eastern_moment("raw_versions.payload ->> 'created'") }} as created_at,
        '{{ code_hash() }}' as code_hash
    from changed
    inner join {{ raw_table }} as raw_versions
        on changed.payload_version_id = raw_versions.version_id
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

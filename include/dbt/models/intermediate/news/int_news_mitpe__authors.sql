-- The authors of a piece of news of MIT Professional Education, as a JSON list in their order (sources.md 7.5).

with named as (

    select
        record_key,
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
    record_key,
    (
        select coalesce(jsonb_agg(btrim(names.name) order by names.position), '[]'::jsonb)
        from unnest(named.names) with ordinality as names (name, position)
        where btrim(names.name) != ''
    ) as authors
from named

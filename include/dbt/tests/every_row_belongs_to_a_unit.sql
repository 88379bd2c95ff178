-- No row of a mart is about a unit that is not there, or was written by another build of it.

{% set marts = [
    'learning_resources_learningresource', 'learning_resources_course', 'learning_resources_program', 'learning_resources_video',
    'learning_resources_videoplaylist', 'learning_resources_podcast', 'learning_resources_podcastepisode',
    'learning_resources_learningresourcerun', 'learning_resources_learningresource_topics',
    'learning_resources_learningresource_departments', 'learning_resources_learningresource_resource_tags',
    'learning_resources_learningresource_resource_prices', 'learning_resources_learningresourcerun_resource_prices',
    'learning_resources_runinstructorrelationship', 'learning_resources_learningresourcerelationship'
] %}
{% set newer_rows = unpublished('rows_of_mart') %}
{% set newer_units = unpublished('units') %}

{% for mart in marts %}
    select
        '{{ mart }}' as mart,
        rows_of_mart.resource_key
    from {{ ref(mart) }} as rows_of_mart
    left join {{ ref('catalog_unit') }} as units on rows_of_mart.resource_key = units.resource_key
    where
        {{ newer_rows }}
        and units.built_at is distinct from rows_of_mart.built_at

    union all

    select
        '{{ mart }}' as mart,
        rows_of_mart.resource_key
    from {{ ref('catalog_unit') }} as units
    inner join {{ ref(mart) }} as rows_of_mart on units.resource_key = rows_of_mart.resource_key
    where
        {{ newer_units }}
        and units.built_at != rows_of_mart.built_at
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}

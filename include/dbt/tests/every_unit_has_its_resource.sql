-- Each unit has one row in learning_resources_learningresource and one detail row, and they agree on what is shown.

{% set details = {
    'course': 'learning_resources_course', 'program': 'learning_resources_program', 'video': 'learning_resources_video',
    'video_playlist': 'learning_resources_videoplaylist', 'podcast': 'learning_resources_podcast',
    'podcast_episode': 'learning_resources_podcastepisode'
} %}

with details as (

    {% for resource_type, mart in details.items() %}
        select
            '{{ resource_type }}' as resource_type,
            resource_key
        from {{ ref(mart) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select units.resource_key
from {{ ref('catalog_unit') }} as units
left join {{ ref('learning_resources_learningresource') }} as resources on units.resource_key = resources.resource_key
left join details on units.resource_key = details.resource_key and units.resource_type = details.resource_type
where
    {{ unpublished('units') }}
    and (
        resources.resource_key is null
        or resources.published is distinct from units.published
        or (units.is_removed and units.published)
        or (units.resource_type != 'document' and details.resource_key is null)
    )

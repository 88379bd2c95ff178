-- Each unit has one row in learning_resources_learningresource and one detail row, and they agree on what is shown.

select units.resource_key
from {{ ref('catalog_unit') }} as units
left join {{ ref('learning_resources_learningresource') }} as resources on units.resource_key = resources.resource_key
left join {{ ref('learning_resources_course') }} as courses on units.resource_key = courses.resource_key
left join {{ ref('learning_resources_program') }} as programs on units.resource_key = programs.resource_key
where
    resources.resource_key is null
    or resources.published is distinct from units.published
    or (units.is_removed and units.published)
    or (units.resource_type = 'course' and courses.resource_key is null)
    or (units.resource_type = 'program' and programs.resource_key is null)

-- Children are units of their own.

select
    relationships.resource_key,
    relationships.child_resource_key
from {{ ref('learning_resources_learningresourcerelationship') }} as relationships
left join {{ ref('catalog_unit') }} as children on relationships.child_resource_key = children.resource_key
where
    {{ unpublished('relationships') }}
    and children.resource_key is null

-- A price below zero is an error of the source, never an offer.

select
    resource_key,
    amount
from {{ ref('learning_resources_learningresource_resource_prices') }} as prices
where
    {{ unpublished('prices') }}
    and amount < 0

union all

select
    resource_key,
    amount
from {{ ref('learning_resources_learningresourcerun_resource_prices') }} as prices
where
    {{ unpublished('prices') }}
    and amount < 0

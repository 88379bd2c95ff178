-- Prices and instructors are of runs that exist, and the best run of a unit is one of its runs.

with mentioned as (

    select
        resource_key,
        run_id
    from {{ ref('learning_resources_learningresourcerun_resource_prices') }} as prices
    where {{ unpublished('prices') }}

    union all

    select
        resource_key,
        run_id
    from {{ ref('learning_resources_runinstructorrelationship') }} as instructors
    where {{ unpublished('instructors') }}

    union all

    select
        resource_key,
        best_run_id as run_id
    from {{ ref('catalog_unit') }} as units
    where
        {{ unpublished('units') }}
        and best_run_id is not null

)

select mentioned.*
from mentioned
left join {{ ref('learning_resources_learningresourcerun') }} as runs
    on mentioned.resource_key = runs.resource_key and mentioned.run_id = runs.run_id
where runs.run_id is null

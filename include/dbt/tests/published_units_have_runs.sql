-- A course or program without runs is not published (sources.md 6.2).

select units.resource_key
from {{ ref('catalog_unit') }} as units
where
    {{ unpublished('units') }}
    and units.published
    and units.resource_type in ('course', 'program')
    and not exists (
        select 1
        from {{ ref('learning_resources_learningresourcerun') }} as runs
        where runs.resource_key = units.resource_key
    )

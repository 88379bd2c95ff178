{{ config(materialized='view', indexes=[]) }}

-- The normalized record of every resource that is there (sources.md 1.2), as the parity check compares it.

select
    resource_key,
    etl_source,
    resource_type,
    readable_id,
    record
from {{ ref('int_resources__normalized') }}
where not is_removed

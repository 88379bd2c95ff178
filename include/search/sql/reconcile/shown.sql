-- Differences of one run for a person: some of each kind rather than all of one.
select target, resource_type, kind, key, title, fields
from (
    select
        *,
        row_number() over (
            partition by target, resource_type, kind order by length(key), key
        ) as number
    from pipelines.reconciled_difference
    where run_key = %(run_key)s
) as numbered
order by number, target desc, resource_type, kind
limit %(most)s;

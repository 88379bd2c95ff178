-- The differences of one run, counted.
select target, resource_type, kind, count(*) as differences, count(*) filter (where is_repaired) as repaired
from pipelines.reconciled_difference
where run_key = %(run_key)s
group by target, resource_type, kind
order by target desc, resource_type, kind;

-- The row of a resource's type (include.delivery.details): one per resource, found by it.

-- rows: update
update {table} as d set ({columns}, updated_on) = ({i_columns}, %(now)s)
from {incoming} as i
join chunk_unit as u using (resource_key)
where d.learning_resource_id = u.resource_id and ({d_columns}) is distinct from ({i_columns});

-- rows: insert
insert into {table} ({row_columns}, created_on, updated_on)
select {row_values}, %(now)s, %(now)s
from {incoming} as i
join chunk_unit as u using (resource_key)
where not exists (select 1 from {table} as d where d.learning_resource_id = u.resource_id)
order by u.position;

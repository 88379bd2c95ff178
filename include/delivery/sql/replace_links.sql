-- Make a many-to-many table hold exactly the wanted pairs of the lefts in scope; rows that stay keep their ids.
-- "not in" is hashed whatever the planner believes about the size of a common table; "not exists" became a loop over both.
-- The columns are never null.

-- count: replace
with wanted as materialized ({wanted}),
gone as (
    delete from {table} as l
    where l.{left} in ({scope})
      and (l.{left}, l.{right}) not in (select w.{left}, w.{right} from wanted as w)
    returning 1
),
added as (
    insert into {table} ({left}, {right})
    select w.{left}, w.{right}
    from wanted as w
    where not exists (select 1 from {table} as l where l.{left} = w.{left} and l.{right} = w.{right})
    order by w.{left}, w.{right}
    returning 1
)
select (select count(*) from gone) + (select count(*) from added);

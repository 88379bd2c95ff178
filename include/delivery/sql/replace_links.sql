-- Make a many-to-many table hold exactly the wanted pairs of the lefts in scope; rows that stay keep their ids.

-- count: replace
with wanted as materialized ({wanted}),
gone as (
    delete from {table} as l
    where l.{left} in ({scope})
      and not exists (select 1 from wanted as w where w.{left} = l.{left} and w.{right} = l.{right})
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

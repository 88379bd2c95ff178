-- Make an ordered relation hold exactly the wanted rows of the lefts in scope. These tables have no unique constraint: of equal
-- rows the oldest stays, with its id.
-- "not in" as in replace_links.sql: hashed, and no column is null.

-- count: replace
with wanted as materialized ({wanted}),
kept as materialized (
    select distinct on ({l_keys}) l.id, {l_keys}, l.position as old_position, w.position
    from {table} as l
    join wanted as w on ({l_keys}) = ({w_keys})
    order by {l_keys}, l.id
),
gone as (
    delete from {table} as l
    where l.{left} in ({scope}) and {ours} and l.id not in (select k.id from kept as k)
    returning 1
),
moved as (
    update {table} as l set position = k.position, updated_on = %(now)s
    from kept as k
    where k.id = l.id and k.position <> k.old_position
    returning 1
),
added as (
    insert into {table} ({keys}, position, created_on, updated_on)
    select {w_keys}, w.position, %(now)s, %(now)s
    from wanted as w
    where ({w_keys}) not in (select {k_keys} from kept as k)
    order by w.{left}, w.position, {w_keys}
    returning 1
)
select (select count(*) from gone) + (select count(*) from moved) + (select count(*) from added);

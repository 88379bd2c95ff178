-- Shared rows that nobody refers to.

-- count: sweep
with unused as (
    select m.row_id from made_row as m where m.kind = %(kind)s and {unused}
),
gone as (
    delete from {table} as t using unused as u where t.id = u.row_id returning t.id
),
forgotten as (
    delete from made_row as m using unused as u where m.kind = %(kind)s and m.row_id = u.row_id
)
select count(*) from gone;

-- What the current role may do beyond reading, in words; null when nothing.
select
    nullif(concat_ws(
        ', ',
        case when (select rolsuper from pg_roles where rolname = current_user) then 'it is a superuser' end,
        case when has_database_privilege(current_database(), 'CREATE') then 'it may make schemas' end,
        case when has_schema_privilege(%(schema)s, 'CREATE') then 'it may make objects in ' || %(schema)s end,
        (
            select 'it may change ' || string_agg(distinct relations.relname, ' and ')
            from pg_class as relations
            inner join pg_namespace as schemas on relations.relnamespace = schemas.oid
            where
                relations.relkind in ('r', 'p', 'v', 'm', 'f')
                and schemas.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
                and schemas.nspname not like 'pg\_temp%%'
                and has_table_privilege(relations.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
        )
    ), '') as may_write

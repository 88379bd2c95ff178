-- Rights of the roles that read or write the ledger and the raw versions; a role that is not there is passed over.
do $$
begin
    if exists (select from pg_roles where rolname = 'warehouse_loader') then
        grant usage on schema raw, ops to warehouse_loader;
        grant select, insert, update, delete on all tables in schema raw, ops to warehouse_loader;
        grant usage on all sequences in schema raw, ops to warehouse_loader;
    end if;
    if exists (select from pg_roles where rolname = 'warehouse_dbt') then
        grant usage on schema raw, ops to warehouse_dbt;
        grant select on all tables in schema raw, ops to warehouse_dbt;
    end if;
    if exists (select from pg_roles where rolname = 'warehouse_reader') then
        grant usage on schema raw, ops to warehouse_reader;
        grant select on all tables in schema raw to warehouse_reader;
        grant select, insert, update, delete on all tables in schema ops to warehouse_reader;
    end if;
end
$$;

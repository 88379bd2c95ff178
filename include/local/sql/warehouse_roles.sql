-- Who may do what in the warehouse before a table is there. The tables of raw and ops bring their own grants
-- (include/warehouse/sql/grants.sql); what dbt makes is granted to its readers by default.
grant connect, temporary on database warehouse to warehouse_loader, warehouse_dbt, warehouse_reader;
revoke all on schema public from public;

create schema if not exists raw authorization warehouse_owner;
create schema if not exists ops authorization warehouse_owner;
create schema if not exists reference authorization warehouse_dbt;
create schema if not exists staging authorization warehouse_dbt;
create schema if not exists intermediate authorization warehouse_dbt;
create schema if not exists marts authorization warehouse_dbt;

grant usage on schema reference, staging, intermediate, marts to warehouse_owner, warehouse_reader;
alter default privileges for role warehouse_dbt grant select on tables to warehouse_owner;
alter default privileges for role warehouse_dbt in schema reference grant select on tables to warehouse_reader;
alter default privileges for role warehouse_dbt in schema marts grant select on tables to warehouse_reader;

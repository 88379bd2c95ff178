-- A stand-in for the database of MITx Online: the application owns it; the pipelines may read the views of one schema.
grant connect on database mitxonline_app to mitxonline_reader;
revoke all on schema public from public;

create schema if not exists app authorization mitxonline_owner;
create schema if not exists learn_export authorization mitxonline_owner;
grant usage on schema learn_export to mitxonline_reader;
grant select on all tables in schema learn_export to mitxonline_reader;
alter default privileges for role mitxonline_owner in schema learn_export grant select on tables to mitxonline_reader;

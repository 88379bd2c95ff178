-- Learn's database: its own tables belong to learn_owner (the stand-in for Django); delivery owns one schema beside them.
grant connect, temporary on database learn to learn_delivery, learn_search, learn_views;
grant connect on database learn to learn_reader;
alter schema public owner to learn_owner;
revoke all on schema public from public;
grant usage on schema public to learn_delivery, learn_search, learn_views, learn_reader;
create schema if not exists pipelines authorization learn_delivery;
create schema if not exists pipelines_shadow authorization learn_delivery;
grant usage on schema pipelines to learn_owner, learn_search, learn_views;
grant usage on schema pipelines_shadow to learn_owner;
alter default privileges for role learn_delivery in schema pipelines grant select on tables to learn_owner;

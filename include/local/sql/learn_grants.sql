-- What the search sync may do in our own schema: read everything, and keep its own ledger and the outbox.
grant select on all tables in schema pipelines to learn_search, learn_owner;
do $$
declare
    name text;
begin
    foreach name in array array['outbox', 'indexed_document', 'rejected_document', 'sync_run'] loop
        if to_regclass('pipelines.' || name) is not null then
            execute format('grant insert, update, delete on pipelines.%I to learn_search', name);
        end if;
    end loop;
end
$$;

-- What a feed that is a table of Learn's own may read, and nothing else.
grant select on public.website_content_websitecontent to learn_reader;
grant select (id, username, first_name, last_name) on public.users_user to learn_reader;

-- What the search sync and the counting of views may do in our own schema: read everything, keep their own ledgers, and the outbox.
grant select on all tables in schema pipelines to learn_search, learn_owner, learn_views;
do $$
declare
    name text;
begin
    foreach name in array array[
        'outbox', 'indexed_document', 'rejected_document', 'sync_run', 'shown_row', 'physical_index', 'candidate_document',
        'reconciled_difference'
    ] loop
        if to_regclass('pipelines.' || name) is not null then
            execute format('grant insert, update, delete on pipelines.%I to learn_search', name);
        end if;
    end loop;
    foreach name in array array['delivered_views', 'viewed_resource'] loop
        if to_regclass('pipelines.' || name) is not null then
            execute format('grant insert, update, delete on pipelines.%I to learn_views', name);
        end if;
    end loop;
    if to_regclass('pipelines.outbox') is not null then
        grant insert on pipelines.outbox to learn_views;
    end if;
end
$$;

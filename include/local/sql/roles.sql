-- One role per step of the pipeline, each with the rights of that step alone. Passwords are set afterwards.
do $$
declare
    wanted text;
begin
    foreach wanted in array array[
        'airflow',
        'warehouse_owner', 'warehouse_loader', 'warehouse_dbt', 'warehouse_reader',
        'learn_owner', 'learn_delivery', 'learn_search', 'learn_views', 'learn_reader',
        'mitxonline_owner', 'mitxonline_reader'
    ] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$$;

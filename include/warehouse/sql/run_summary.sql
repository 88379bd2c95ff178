select
    run.source,
    run.stream,
    run.status,
    run.started_at,
    run.finished_at,
    run.landed,
    run.complete,
    load.loaded_at,
    load.new_versions,
    load.removed,
    load.rejected,
    run.error
from ops.runs as run
left join ops.loads as load on load.manifest_key = run.manifest_key
where run.run_key = %(run_key)s
order by run.source, run.stream

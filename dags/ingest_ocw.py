"""# OpenCourseWare: courses from the live bucket

OpenCourseWare publishes its site as files in a bucket. Each run lists the bucket, compares ETag and time of change with the last
listing, and fetches only what changed: the courses' `data.json`, and the JSON of their pages and files, which is kept for later use.

## Schedule
Every hour, at minute 5 (UTC). An hour in which nothing changed costs one listing.

## Reads
The live bucket of the connection `upstream_ocw`.

## Writes
The landing, `raw/source=ocw/stream=.../date=.../run=.../`: parts, and last the manifest that makes them count. Then
`raw.ocw__courses|content_files` in the warehouse: one version per record that differs from the one before, one removal per record that a
complete read no longer has. Asset `raw_ocw`, only when a version was added.

## When it fails
A feed that is away, slow or does not add up (`UpstreamUnavailable`, `RateLimited`, `IncompletePage`) is tried again with growing
delays. A refused key or another shape (`AuthError`, `SchemaDrift`) fails at once. Single bad records go to `ops.rejects` and the
rest goes on; more than max(5, 1 %) fail the run after all good ones are loaded. A killed task goes on where it stopped.

## Backfill
A backfill loads again what was landed on each of its days, oldest first, and does not ask the upstream; a day on which nothing was
landed is skipped and says so. Loading the same landing again adds nothing.

## Runbook
[Upstream](runbooks/upstream.md), [Bad records](runbooks/rejects.md), [Landing](runbooks/landing.md)
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag

from include.orchestration.assets import RAW_OCW
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import FIRST_DAY, FROM_LANDING, FULL, LIMIT, OWNER, Pool, Tag
from include.orchestration.ingest import announce, list_objects, load_raw, plan_run, pull_pages, report
from include.orchestration.retries import RETRY_TRANSIENT


@dag(
    dag_id="ingest_ocw",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("5 * * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    deadline=deadline(minutes=330),
    tags=[Tag.INGEST, Tag.OCW, Tag.CATALOG],
    params={"limit": LIMIT, "full": FULL, "from_landing": FROM_LANDING},
    default_args={
        "owner": OWNER,
        "retries": 4,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": 3,
        "max_retry_delay": timedelta(minutes=15),
        "retry_policy": RETRY_TRANSIENT,
        "execution_timeout": timedelta(hours=1),
    },
)
def ingest_ocw() -> None:
    work = plan_run(source="ocw")
    listed = list_objects.override(pool=Pool.UPSTREAM_OCW.value)(source="ocw", work=work)
    landed = pull_pages.override(pool=Pool.UPSTREAM_OCW.value).partial(source="ocw").expand(work=work)
    loaded = load_raw.partial(source="ocw").expand(landed=landed)
    listed >> landed
    announce.override(outlets=[RAW_OCW])(loaded) >> report()


ingest_ocw()

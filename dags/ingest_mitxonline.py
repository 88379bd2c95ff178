"""# MITx Online: courses and programs

MITx Online publishes its catalogue as paged JSON. Each run reads both lists whole and keeps what changed; the programs' course
records are found in the course list, not asked for one by one.

## Schedule
Every six hours, at 00:00, 06:00, 12:00 and 18:00 UTC.

## Reads
`api/v2/courses/` and `api/v2/programs/` of the connection `upstream_mitxonline`.

## Writes
The landing, `raw/source=mitxonline/stream=.../date=.../run=.../`: parts, and last the manifest that makes them count. Then
`raw.mitxonline__courses|programs` in the warehouse: one version per record that differs from the one before, one removal per record that a
complete read no longer has. Asset `raw_mitxonline`, only when a version was added.

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

from include.orchestration.assets import RAW_MITXONLINE
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import FIRST_DAY, FROM_LANDING, FULL, LIMIT, OWNER, Pool, Tag
from include.orchestration.ingest import announce, load_raw, plan_run, pull_pages, report
from include.orchestration.retries import RETRY_TRANSIENT


@dag(
    dag_id="ingest_mitxonline",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 */6 * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    deadline=deadline(minutes=150),
    tags=[Tag.INGEST, Tag.MITXONLINE, Tag.CATALOG],
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
def ingest_mitxonline() -> None:
    work = plan_run(source="mitxonline")
    landed = pull_pages.override(pool=Pool.UPSTREAM_MITXONLINE.value).partial(source="mitxonline").expand(work=work)
    loaded = load_raw.partial(source="mitxonline").expand(landed=landed)
    announce.override(outlets=[RAW_MITXONLINE])(loaded) >> report()


ingest_mitxonline()

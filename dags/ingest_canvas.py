"""# Canvas: courses out of their exported cartridges

The data platform puts an export of each Canvas course into a bucket, a zip with a small JSON beside it. A run lists the bucket, takes the
newest archive of each folder and looks into those that changed: the table of contents and the settings, by ranges, never the whole zip.
The courses are in test mode and never published; their files come later.

## Schedule
Sundays at 05:00 UTC.

## Reads
The bucket of the connection `upstream_canvas`, below `canvas/course_content/` (or its extra `prefix`).

## When it fails
A cartridge that could harm whoever unpacks it (a name that leaves the folder, a link, a bomb), or whose manifest or settings are broken,
goes to `ops.rejects` under its name; the course stays as it was known, and the archive is looked into again when it changes.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_objects


@dag("ingest_canvas", schedule=cron("0 5 * * 0", "UTC"), **ingest("canvas", __doc__, late_after_minutes=150))
def ingest_canvas() -> None:
    ingest_objects("canvas")


ingest_canvas()

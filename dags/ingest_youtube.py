"""# YouTube: playlists and videos

The playlists of a short list of MIT's channels, from YouTube's Data API v3. Videos of OpenCourseWare's channel are not resources of
their own: they are matched with the lectures of OCW courses, whenever either of the two feeds changes.

## Schedule
Daily at 08:30 UTC.

## Reads
Channels, playlists, their items and videos, with the key and address of the connection `upstream_youtube`; the list of channels is
`include/sources/config/youtube.yaml`, or the address in the connection's extra `config_url`.

## When it fails
A playlist that does not add up, and everything that is left when the day's quota is used up, counts as not read and stays as it was;
the rest is loaded. An invalid list of channels, or a refused key, reads nothing.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_youtube", schedule=cron("30 8 * * *", "UTC"), **ingest("youtube", __doc__, late_after_minutes=150))
def ingest_youtube() -> None:
    ingest_pages("youtube")


ingest_youtube()

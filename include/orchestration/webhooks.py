"""The webhooks with the clients of this installation: secret, landing zone, and Airflow's own API to start the ingest."""

from __future__ import annotations

import os

import httpx
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from include.orchestration import airflow_api
from include.orchestration.connections import s3_bucket
from include.orchestration.sources import now
from include.webhooks.app import NotStarted, Receiver
from include.webhooks.media_hosts import ovs_media_hosts

WEBHOOKS = "webhooks"
"""Connection whose password is the secret that the senders sign with."""


def receiver() -> Receiver:
    """What a request is served with now."""
    bucket = s3_bucket()
    return Receiver(_secret(), bucket.client, bucket.name, ovs_media_hosts(os.environ), start_ingest, now)


def _secret() -> str:
    try:
        return Connection.get(WEBHOOKS).password or ""
    except AirflowNotFoundException:
        return ""


def start_ingest(source: str, run: str) -> None:
    """Load one landing: a run of the source's ingest DAG with `from_landing`, whose id is made of the landing's, so that there is one.

    :raises NotStarted: Airflow's API did not take it.
    """
    try:
        with airflow_api.session() as client:
            airflow_api.start_run(client, f"ingest_{source}", f"webhook__{run}", {"from_landing": run})
    except httpx.HTTPError as error:
        raise NotStarted(
            "The ingest of an event could not be started",
            source=source,
            run=run,
            where=f"ingest_{source}",
            sample=str(error),
            what_to_do="Nothing when the sender repeats the event; else trigger the DAG with from_landing = this run key.",
        ) from error

"""An Airbyte server's connection in place of a manifest's run in process: start its sync, wait, read what its S3 destination wrote.

The server has its own copy of the source, its own schedule of retries, and writes JSON lines into a bucket; of that, the files that the
sync wrote are landed like any page. The calls are those of Airbyte's public API (`/v1/jobs`).
"""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from include.errors import AuthError, IncompletePage, PipelineError, SchemaDrift, UpstreamUnavailable
from include.sources.base import Json, Page, RequestLog, Stream
from include.sources.bucket import Bucket
from include.sources.guard import AddressGuard
from include.sources.http import parse_body, refuse_status, unavailable
from include.sources.payload import parse_json
from include.sources.split import batches, split_records
from include.sources.transport import guard_session

API_PATH = "/api/public/v1"
"""Of a server of one's own; Airbyte's cloud has it at `https://api.airbyte.com/v1`."""
POLL_SECONDS = 5.0
LONGEST_SYNC_SECONDS = 3_000.0
"""Under the time-out of the task that waits."""
ALREADY_RUNNING = 409
WAITING = frozenset({"pending", "running", "incomplete"})
ENVELOPE = "_airbyte_"
DATA = "_airbyte_data"


class SyncFailed(UpstreamUnavailable):
    """The server's sync did not succeed; its own log says why."""


@dataclass
class AirbyteServer:
    """One connection of a server, and the place that its destination writes to.

    :param base_url: scheme, host, port and path of the public API.
    :param prefix: of the destination's objects: the stream's name and the file's follow.
    """

    source: str
    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    connection_id: str
    destination: Bucket
    prefix: str
    allow_private: tuple[str, ...] = ()
    poll_seconds: float = POLL_SECONDS
    sleep: Callable[[float], None] = time.sleep
    log: RequestLog = field(default_factory=RequestLog)

    def __post_init__(self) -> None:
        self.session = requests.Session()
        guard_session(self.session, AddressGuard(self.allow_private))

    def sync(self) -> Json:
        """Run the connection's sync to its end; one that runs already is waited for. Returns the job.

        :raises SyncFailed: it ended otherwise, or not in time.
        """
        self._sign_in()
        body = {"connectionId": self.connection_id, "jobType": "sync"}
        started = self._ask("POST", "/jobs", json=body, also=(ALREADY_RUNNING,))
        job = started if "jobId" in started else self._running()
        deadline = time.monotonic() + LONGEST_SYNC_SECONDS
        while job.get("status") in WAITING:
            if time.monotonic() > deadline:
                raise self._failed(job, f"The sync runs longer than {LONGEST_SYNC_SECONDS:.0f} s")
            self.sleep(self.poll_seconds)
            job = self._ask("GET", f"/jobs/{job['jobId']}")
        if job.get("status") != "succeeded":
            raise self._failed(job, f"The sync ended as {job.get('status')!r}")
        return job

    def _running(self) -> Json:
        query = {"connectionId": self.connection_id, "jobType": "sync", "status": "running", "orderBy": "createdAt|DESC", "limit": 1}
        jobs = self._ask("GET", "/jobs", params=query).get("data") or []
        if not jobs:
            raise self._failed({}, "A sync runs already, and the server does not say which")
        job: Json = jobs[0]
        return job

    def _sign_in(self) -> None:
        grant = {"client_id": self.client_id, "client_secret": self.client_secret, "grant-type": "client_credentials"}
        answer = self._ask("POST", "/applications/token", json=grant)
        if "access_token" not in answer:
            raise AuthError(
                "The Airbyte server gave no token", source=self.source, what_to_do="Check client id and secret in the connection `airbyte`."
            )
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def _ask(self, method: str, path: str, also: tuple[int, ...] = (), **given: Any) -> Json:
        where = f"airbyte {method} {path}"
        try:
            response = self.session.request(method, self.base_url.rstrip("/") + path, **given)
            self.log.count(response)
            if response.status_code in also:
                return {}
            if response.status_code != 200:
                refuse_status(response.status_code, response.content)
            answer = parse_body(response.content)
        except PipelineError as error:
            error.source, error.where = error.source or self.source, error.where or where
            raise
        except requests.RequestException as error:
            raise unavailable(error, self.source, where) from error
        if not isinstance(answer, dict):
            raise SchemaDrift(
                "The Airbyte server answers with something else than an object",
                source=self.source,
                where=where,
                what_to_do="Check the address in the connection `airbyte`: it must be that of the public API.",
            )
        return answer

    def _failed(self, job: Json, message: str) -> SyncFailed:
        return SyncFailed(
            message,
            source=self.source,
            where=f"airbyte job {job.get('jobId', 'unknown')} of connection {self.connection_id}",
            what_to_do="Open the job in Airbyte and mend its cause; or take airbyte_connection_id out of the upstream's connection,"
            " and the feed is read in process.",
        )


def read_synced_stream(server: AirbyteServer, stream: Stream, limit: int | None) -> Iterator[Page]:
    """Sync, then the records of one stream as the destination wrote them.

    :raises IncompletePage: the sync wrote no file of this stream.
    """
    job = server.sync()
    since = datetime.fromisoformat(str(job["startTime"]).replace("Z", "+00:00")).replace(microsecond=0)
    prefix = f"{server.prefix.rstrip('/')}/{stream.name}/"
    written = [entry for entry in server.destination.list_objects(prefix) if datetime.fromisoformat(entry["last_modified"]) >= since]
    if not written:
        raise IncompletePage(
            "The sync succeeded and wrote nothing of this stream",
            source=server.source,
            where=f"s3://{server.destination.name}/{prefix}",
            what_to_do="Check that the destination writes JSON lines there and that the stream is chosen in the connection.",
        )
    lines = (line for entry in written for line in _lines(server.destination, entry["key"]))
    records = (record_of(parse_json(line)) for line in lines)
    for number, batch in enumerate(batches(records, limit), start=1):
        yield Page(*split_records(stream, batch, number), None, None, number)


def record_of(line: Any) -> Any:
    """The record in a line of the destination: its `_airbyte_data`, or, where that was flattened, what is not Airbyte's own."""
    if not isinstance(line, dict):
        return line
    if DATA in line:
        return line[DATA]
    return {name: value for name, value in line.items() if not name.startswith(ENVELOPE)}


def _lines(bucket: Bucket, key: str) -> Iterator[bytes]:
    body = bucket.s3.get_object(Bucket=bucket.name, Key=key)["Body"]
    with closing(body), gzip.GzipFile(fileobj=body) if key.endswith(".gz") else io.BufferedReader(body) as packed:
        yield from (line for line in packed if line.strip())

"""An event as a landing: one record of a stream, or the statement that it is gone, committed by a manifest like every other read.

The same event again writes nothing. Which events a record had is kept beside the landing as numbered claims, each written only if it
is not there: the latest tells a repetition from a change that was taken back, and a claim whose landing was cut off is taken up again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from include.landing.keys import run_key
from include.landing.land import land_stream
from include.landing.store import is_lost_race, list_keys
from include.landing.writer import removed_line
from include.sources.base import Group, Json, Page, Reading, Record, RequestLog, Stream, find_stream
from include.sources.payload import encode_record
from include.sources.registry import SOURCES

ROOT = "events"
DIGEST_DIGITS = 32


class InvalidEvent(ValueError):
    """The event is not one that can be taken; the message says why, for its sender."""


@dataclass(frozen=True)
class Event:
    """What a publisher says of one record: its new content, or (None) that it is gone."""

    source: str
    stream: str
    key: str
    payload: Json | None

    @property
    def line(self) -> bytes:
        """The line of the landing. InvalidEvent when the content cannot be kept."""
        made = removed_line(self.key) if self.payload is None else encode_record(self.key, self.payload)
        if isinstance(made, str):
            raise InvalidEvent(made)
        return made

    @property
    def digest(self) -> str:
        """Two events with one digest say the same of the same record."""
        return hashlib.sha256(self.line).hexdigest()[:DIGEST_DIGITS]


class Claim(BaseModel):
    """An event was taken: under which run it is landed, and as of when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str
    run: str
    received_at: datetime


@dataclass(frozen=True)
class Receipt:
    """What became of an event. ``run`` is the run key of its landing; ``is_repeated``: it was landed before, nothing was written."""

    run: str
    is_repeated: bool


@dataclass(frozen=True)
class _OneEvent:
    """A source that has nothing but the event."""

    event: Event
    key: str
    title: str
    streams: tuple[Stream, ...]
    group: Group
    connection_id: str = ""

    def pages(self, stream: Stream, client: Any, reading: Reading) -> Iterator[Page]:
        """The one page."""
        event = self.event
        record = Record(event.key, event.payload or {}, page=1, removed=event.payload is None)
        yield Page([record], [], None, None, 1, kind="delta")


@dataclass
class _NoClient:
    log: RequestLog


def land_event(s3: Any, bucket: str, event: Event, now: datetime) -> Receipt:
    """Land an event once.

    :raises InvalidEvent: its content cannot be kept.
    """
    claim, is_repeated = _claim(s3, bucket, event, now)
    source = SOURCES[event.source]
    stream = find_stream(source, event.stream)
    one = _OneEvent(event, source.key, source.title, (stream,), source.group)
    land_stream(one, stream, _NoClient(RequestLog()), s3, bucket, claim.run, lambda: claim.received_at)
    return Receipt(claim.run, is_repeated)


def _claim(s3: Any, bucket: str, event: Event, now: datetime) -> tuple[Claim, bool]:
    """The claim of this event, and whether it was there already. Two that come at once get one number each."""
    prefix = f"{ROOT}/source={event.source}/stream={event.stream}/record={event.key}/"
    while True:
        taken = sorted(key for key, _ in list_keys(s3, bucket, prefix))
        if taken:
            last = Claim.model_validate_json(s3.get_object(Bucket=bucket, Key=taken[-1])["Body"].read())
            if last.digest == event.digest:
                return last, True
            now = max(now, last.received_at + timedelta(microseconds=1))  # the later claim is the later version
        claim = Claim(digest=event.digest, run=run_key(f"webhook_{event.source}", event.digest, now), received_at=now)
        try:
            s3.put_object(
                Bucket=bucket,
                Key=f"{prefix}{len(taken) + 1:08d}.json",
                Body=orjson.dumps(claim.model_dump(mode="json")),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if not is_lost_race(error):
                raise
        else:
            return claim, False

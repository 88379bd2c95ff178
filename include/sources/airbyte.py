"""Low-code sources: an Airbyte manifest (YAML) run in process by airbyte-cdk, as one of our sources.

The manifest says where and how to read; paging, selection and authentication are the CDK's. Ours, for every feed alike: the address
guard and time-outs, retries (in the adapter, so that the CDK's own are off), bounded bodies, and typed errors. The CDK takes a body
that is not JSON for an empty list: here it is an error before the CDK sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import requests
import yaml
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.sources.streams.concurrent.abstract_stream import AbstractStream
from airbyte_cdk.sources.streams.http.http_client import HttpClient as CdkHttpClient
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from include.errors import PipelineError, SourceError
from include.sources.base import Json, Page, Stream
from include.sources.http import HttpClient, parse_body, refuse_status, unavailable
from include.sources.payload import reject_of, why_not_kept
from include.sources.split import split_records
from include.sources.transport import guard_session

PAGE_RECORDS = 500
"""The CDK yields single records; so many are handed on together."""
MAX_WALK_DEPTH = 12


def read_manifest_stream(manifest: Path, config: Json, stream: Stream, client: HttpClient, limit: int | None) -> Iterator[Page]:
    """Read one stream of a manifest under the rules of this module, at least ``limit`` records of it."""
    watch = _Watch(client, stream.name, json_only=not _has_own_decoder(_definition(manifest)))
    source = ConcurrentDeclarativeSource(config=config, source_config=_definition(manifest))
    reader = next(found for found in source.streams(config) if found.name == stream.name)
    watch.take_over(reader)
    records = watch.typed(lambda: (record.data for partition in reader.generate_partitions() for record in partition.read()))
    batch: list[Any] = []
    number = 0
    for read, record in enumerate(records, start=1):
        batch.append(dict(record))
        done = limit is not None and read >= limit
        if len(batch) == PAGE_RECORDS or done:
            number += 1
            yield _page(stream, batch, number, watch.doubtful)
            batch = []
        if done:
            return
    yield _page(stream, batch, number + 1, watch.doubtful)


def _page(stream: Stream, items: list[Any], number: int, doubtful: bool) -> Page:
    records, rejects = split_records(stream, items, number)
    if doubtful:
        for record in list(records):
            reason = why_not_kept(record.payload)
            if reason:
                records.remove(record)
                rejects.append(reject_of(reason, f"page {number}", record.payload, record.key))
    return Page(records, rejects, None, None, number)


@cache
def _text(manifest: Path) -> str:
    return manifest.read_text()


def _definition(manifest: Path) -> Json:
    loaded: Json = yaml.safe_load(_text(manifest))  # anew each time: the CDK resolves references in place
    return loaded


def _has_own_decoder(definition: Any) -> bool:
    """True when some stream is not read as plain JSON (CSV, JSON lines, a zip): its body cannot be checked here."""
    if isinstance(definition, dict):
        decoder = definition.get("decoder")
        if isinstance(decoder, dict) and decoder.get("type") != "JsonDecoder":
            return True
        return any(_has_own_decoder(value) for value in definition.values())
    return isinstance(definition, list) and any(map(_has_own_decoder, definition))


class _Watch:
    """Puts the CDK's sessions under our rules and turns its failures into ours."""

    def __init__(self, client: HttpClient, where: str, json_only: bool) -> None:
        self.client, self.where, self.json_only = client, where, json_only
        self.status: int | None = None
        self.body = b""
        self.doubtful = False

    def take_over(self, stream: AbstractStream) -> None:
        """Guard every HTTP client of a stream. RuntimeError when there is none, or one that cannot be guarded."""
        clients = list(_http_clients(stream))
        if not clients:
            raise RuntimeError(f"{stream.name}: no HTTP client of the CDK was found, so none could be put under the address guard")
        for found in clients:
            session = found._session
            guard_session(session, self.client.guard, self.client.backoff_seconds)
            session.auth = self.client.auth or session.auth
            session.hooks["response"].append(self._look)
            found._disable_retries = True

    def typed(self, read: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """The records, with our errors in place of the CDK's."""
        try:
            yield from read()
        except PipelineError as error:
            error.source, error.where = error.source or self.client.source, error.where or self.where
            raise
        except (AirbyteTracedException, requests.RequestException) as error:
            raise self._typed(error) from error

    def _look(self, response: requests.Response, **_: Any) -> None:
        """Runs on each answer before the CDK has it, and checks its body."""
        self.status, self.body = response.status_code, response.content
        self.client.log.seconds += response.elapsed.total_seconds()
        self.client.log.count(response)
        if response.status_code == 200 and self.json_only:
            self.doubtful = _is_doubtful(self.body) or self.doubtful

    def _typed(self, error: Exception) -> SourceError:
        if self.status is None or self.status == 200:
            return unavailable(error, self.client.source, self.where)
        try:
            refuse_status(self.status, self.body)
        except SourceError as typed:
            typed.source, typed.where = self.client.source, self.where
            return typed


def _is_doubtful(body: bytes) -> bool:
    """True for JSON that only a lenient parser reads (NaN, half surrogates). Raises for what is not JSON."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        parse_body(body)
        return True
    return False


def _http_clients(value: Any, depth: int = 0, seen: set[int] | None = None) -> Iterator[CdkHttpClient]:
    """Every HTTP client reachable from a component of the CDK."""
    seen = set() if seen is None else seen
    if depth > MAX_WALK_DEPTH or id(value) in seen or isinstance(value, str | bytes | int | float | type(None) | type):
        return
    seen.add(id(value))
    if isinstance(value, CdkHttpClient):
        yield value
    if type(value).__name__ == "DeclarativeOauth2Authenticator":
        raise RuntimeError("OAuth of the CDK asks for its token outside of any session that could be guarded; fetch the token first")
    if isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, list | tuple | set):
        inner = list(value)
    elif type(value).__module__.startswith("airbyte_cdk"):
        inner = list(getattr(value, "__dict__", {}).values())
    else:
        return
    for item in inner:
        yield from _http_clients(item, depth + 1, seen)

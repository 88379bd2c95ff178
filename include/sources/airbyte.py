"""Low-code sources: an Airbyte manifest (YAML) run in process by airbyte-cdk, as one of our sources.

The manifest says where and how to read; paging, selection and authentication are the CDK's. Ours, for every feed alike: the address
guard and time-outs, retries (in the adapter, so that the CDK's own are off), bounded bodies, and typed errors. The CDK takes a body
that is not JSON for an empty list, a cut CSV for a shorter one, and a page sent twice for two: here they are errors before the CDK sees
them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
import yaml
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.sources.streams.concurrent.abstract_stream import AbstractStream
from airbyte_cdk.sources.streams.http.http_client import HttpClient as CdkHttpClient
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from include.errors import IncompletePage, PipelineError, SourceError
from include.sources.base import Json, Page, Stream
from include.sources.csv_body import check_csv
from include.sources.drf import checked_count
from include.sources.http import HttpClient, parse_body, refuse_status, unavailable
from include.sources.json_items import ItemsDecoder, items_of
from include.sources.json_schema import JsonSchema
from include.sources.payload import reject_of, why_not_kept
from include.sources.split import batches, split_records
from include.sources.transport import guard_session

MAX_WALK_DEPTH = 12
MAX_EMPTY_PAGE_BYTES = 200
"""Answers up to this size may be equal by chance: they have no records, and an envelope around none."""


def read_manifest_stream(manifest: Path, config: Json, stream: Stream, client: HttpClient, limit: int | None) -> Iterator[Page]:
    """Read one stream of a manifest under the rules of this module, at least ``limit`` records of it."""
    definition = _definition(manifest)
    watch = _Watch(client, stream, _body_check(definition, stream))
    _read_item_by_item(definition)
    source = ConcurrentDeclarativeSource(config=config, source_config=definition)
    reader = next(found for found in source.streams(config) if found.name == stream.name)
    watch.take_over(reader)
    records = watch.typed(lambda: (record.data for partition in reader.generate_partitions() for record in partition.read()))
    for number, batch in enumerate(batches((dict(record) for record in records), limit), start=1):
        yield _page(stream, batch, number, watch)


def _page(stream: Stream, items: list[Any], number: int, watch: _Watch) -> Page:
    records, rejects = split_records(stream, items, number)
    if watch.doubtful:
        for record in list(records):
            reason = why_not_kept(record.payload)
            if reason:
                records.remove(record)
                rejects.append(reject_of(reason, f"page {number}", record.payload, record.key))
    return Page(records, rejects, None, watch.total, number)


@cache
def _text(manifest: Path) -> str:
    return manifest.read_text()


def _definition(manifest: Path) -> Json:
    loaded: Json = yaml.safe_load(_text(manifest))  # anew each time: the CDK resolves references in place
    return loaded


def _read_item_by_item(definition: Json) -> None:
    """Give every retriever of JSON without pages our decoder: its one answer may be the whole catalogue of a publisher."""
    for found in list(_components(definition)):
        if found.get("type") == "SimpleRetriever" and not found.keys() & {"paginator", "decoder"}:
            found["decoder"] = {"type": "CustomDecoder", "class_name": f"{ItemsDecoder.__module__}.{ItemsDecoder.__name__}"}


def _body_check(definition: Json, stream: Stream) -> Callable[[bytes], bool]:
    """What a body is held to: says whether it is doubtful, and raises for one that cannot be read. By the manifest's decoder."""
    kinds = {found["decoder"]["type"] for found in _components(definition) if isinstance(found.get("decoder"), dict)}
    if kinds <= {"JsonDecoder"}:
        return _is_doubtful
    if kinds == {"CsvDecoder"}:
        columns = stream.record_model.schema.get("required", ()) if isinstance(stream.record_model, JsonSchema) else ()
        return partial(_check_table, columns=columns)
    return lambda body: False


def _check_table(body: bytes, columns: Sequence[str]) -> bool:
    check_csv(body, columns)
    return False


def _components(definition: Any) -> Iterator[Json]:
    """Every mapping of a manifest, at any depth."""
    if isinstance(definition, dict):
        yield definition
        definition = list(definition.values())
    if isinstance(definition, list):
        for value in definition:
            yield from _components(value)


class _Body(io.BytesIO):
    """A body that was read already, for the CDK's decoders that read the raw answer."""

    auto_close = False


class _Watch:
    """Puts the CDK's sessions under our rules and turns its failures into ours."""

    def __init__(self, client: HttpClient, stream: Stream, check: Callable[[bytes], bool]) -> None:
        self.client, self.stream, self.where, self.check = client, stream, stream.name, check
        self.status: int | None = None
        self.body = b""
        self.doubtful = False
        self.seen: dict[tuple[str, bytes], str] = {}
        self.total: int | None = None

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
        if response.status_code == 200:
            response.raw = _Body(self.body)
            self.doubtful = self.check(self.body) or self.doubtful
            self._refuse_repeated(response.url)
            if self.stream.pages == "drf":
                self.total = checked_count(self.client, parse_body(self.body), self.where, self.total)

    def _refuse_repeated(self, url: str) -> None:
        """One answer to two pages of a list is one page sent twice, and another one not sent."""
        key = urlsplit(url).path, hashlib.sha256(self.body).digest()
        if self.seen.setdefault(key, url) != url and len(self.body) > MAX_EMPTY_PAGE_BYTES:
            raise IncompletePage(
                "The upstream sent the same page twice",
                where=url,
                sample=self.body[:300].decode("utf-8", "replace"),
                what_to_do="Nothing at first: the list is read again from the start. If it stays, compare its pages in a browser.",
            )

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
        for item in items_of(body):
            orjson.loads(item)
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

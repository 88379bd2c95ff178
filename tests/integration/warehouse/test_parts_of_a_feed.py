"""Parts of a feed that fail by themselves, and documents of which the loader makes the records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from include.errors import SchemaDrift, UpstreamUnavailable
from include.landing import Manifest, land_stream, run_key
from include.sources.base import Expansion, Json, Page, Reading, Record, Stream, Unread, find_stream, text_at
from include.sources.registry import SOURCES
from include.warehouse import ledger
from include.warehouse.derive import again, html
from include.warehouse.derive.again import clean_again
from include.warehouse.load import LoadResult, load_stream
from tests.integration.warehouse.conftest import Warehouse
from tests.support.feeds import Client, MemoryState, at, course

COURSES = find_stream(SOURCES["mitxonline"], "courses")


def _lines(key: str, document: Json) -> Iterator[tuple[str, Json]]:
    """A document is a text; each of its lines is a course."""
    if document["text"] == "torn":
        raise SchemaDrift("The document is torn")
    for line in document["text"].split():
        yield f"{key}{line}", course(f"{key}{line}")


def _lines_with_subtitle(key: str, document: Json) -> Iterator[tuple[str, Json]]:
    return ((record_key, record | {"subtitle": "new"}) for record_key, record in _lines(key, document))


DOCUMENTS = replace(COURSES, expand=Expansion(_lines, version=1))


@dataclass(frozen=True)
class Shows:
    """Each show is a page of its own: a text, or the error of its address."""

    texts: dict[str, str | UpstreamUnavailable]
    key: str = "mitxonline"
    title: str = "From memory"
    streams: tuple[Stream, ...] = (DOCUMENTS,)
    connection_id: str = "none"

    def pages(self, stream: Stream, client: Any, reading: Reading) -> Iterator[Page]:
        for number, (show, text) in enumerate(self.texts.items(), start=1):
            if isinstance(text, Exception):
                yield Page([], [], None, None, number, unread=(Unread.because(f"{show}/", text),))
            else:
                yield Page([Record(f"{show}/", {"text": text})], [], None, None, number)


def land(warehouse: Warehouse, hour: int, texts: dict[str, Any], stream: Stream = DOCUMENTS, state: Any = None) -> Manifest:
    run = run_key("ingest_mitxonline", f"test__{hour}", at(hour))
    return land_stream(Shows(texts), stream, Client(), warehouse.s3, warehouse.bucket, run, lambda: at(hour), resume_state=state)


def load(warehouse: Warehouse, manifest: Manifest, stream: Stream = DOCUMENTS) -> LoadResult:
    return load_stream(warehouse.connection, warehouse.s3, warehouse.bucket, manifest, stream)


AWAY = UpstreamUnavailable("HTTP 500", where="https://b.example", what_to_do="wait")


def test_a_part_that_is_away_keeps_what_it_had_while_the_others_go_on(warehouse: Warehouse) -> None:
    load(warehouse, land(warehouse, 0, {"a": "1 2", "b": "1 2", "bb": "1"}))
    assert warehouse.state().keys() == {"a/1", "a/2", "b/1", "b/2", "bb/1"}
    manifest = land(warehouse, 1, {"a": "2 3", "b": AWAY})
    assert [(part.prefix, part.kind, part.message) for part in manifest.unread] == [("b/", "UpstreamUnavailable", "HTTP 500")]
    assert load(warehouse, manifest) == LoadResult(landed=2, new_versions=1, removed=2, rejected=0)
    assert warehouse.state().keys() == {"a/2", "a/3", "b/1", "b/2"}
    load(warehouse, land(warehouse, 2, {"a": "2 3", "b": "2"}))
    assert warehouse.state().keys() == {"a/2", "a/3", "b/2"}


def test_when_every_part_is_away_it_is_the_error_of_the_read(warehouse: Warehouse) -> None:
    state = MemoryState({"run": "another"})
    with pytest.raises(UpstreamUnavailable, match="HTTP 500") as caught:
        land(warehouse, 0, {"a": AWAY, "b": AWAY}, state=state)
    assert (caught.value.where, caught.value.source) == ("https://b.example", "mitxonline")
    assert state.value is None, "the next attempt asks for them again"


def test_the_ledger_says_what_was_not_read(warehouse: Warehouse) -> None:
    manifest = land(warehouse, 0, {"a": "1", "b": AWAY})
    facts = (manifest.run, "mitxonline", "courses")
    ledger.run_started(warehouse.connection, *facts, "ingest_mitxonline", "test__0", at(0))
    for _ in range(2):
        ledger.run_finished(warehouse.connection, *facts, at(0), manifest=manifest)
    [part] = ledger.unread_parts(warehouse.connection, manifest.run)
    assert (part["prefix"], part["kind"], part["message"]) == ("b/", "UpstreamUnavailable", "HTTP 500")
    assert ledger.unread_parts(warehouse.connection, "another run") == []


def test_a_document_that_cannot_be_expanded_is_rejected_and_keeps_what_it_had(warehouse: Warehouse) -> None:
    load(warehouse, land(warehouse, 0, {"a": "1 2", "b": "1"}))
    manifest = land(warehouse, 1, {"a": "torn", "b": "1 1"})
    assert load(warehouse, manifest) == LoadResult(landed=3, new_versions=0, removed=0, rejected=2)
    assert warehouse.state().keys() == {"a/1", "a/2", "b/1"}
    rejects = warehouse.rows("select record_key, reason from ops.rejects order by 1")
    assert rejects == [("a/", "The document is torn"), ("b/1", "comes twice in one document; the first counts")]


def test_a_new_version_of_the_expansion_makes_the_records_anew_from_the_landing(warehouse: Warehouse) -> None:
    first = land(warehouse, 0, {"a": "1 2"})
    second = land(warehouse, 1, {"a": "1 2 3"})
    for manifest in (first, second):
        load(warehouse, manifest)
    assert load(warehouse, first).already_loaded
    newer = replace(COURSES, expand=Expansion(_lines_with_subtitle, version=2))
    assert load(warehouse, first, newer).new_versions == 2
    assert {payload["subtitle"] for payload in warehouse.state(at(0)).values()} == {"new"}
    assert {key: payload["subtitle"] for key, payload in warehouse.state().items()} == dict.fromkeys(("a/1", "a/2", "a/3"), "new")
    assert load(warehouse, second, newer).already_loaded, "what came after the older landing was made anew with it"
    assert warehouse.rows("select count(*), max(expansion), min(expansion) from ops.loads") == [(2, 2, 2)]


def test_another_cleaner_or_another_field_cleans_what_is_there_again(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    warehouse.load(warehouse.land(1, [course("a", 1)]))
    declared = [("mitxonline", COURSES)]
    assert clean_again(warehouse.connection, declared) == [], "a first load has cleaned everything"
    monkeypatch.setattr(again, "CLEANER_VERSION", 99)
    monkeypatch.setattr(html, "CLEANER_VERSION", 99)
    assert clean_again(warehouse.connection, declared) == ["mitxonline__courses"]
    assert clean_again(warehouse.connection, declared) == []
    counts = "select count(*) from raw.cleaned_html where cleaner_version = 99 and policy = %(policy)s"
    assert warehouse.rows(counts, policy="clean") == [(3,)]
    more = replace(COURSES, html_fields=(*COURSES.html_fields, text_at("title", "text")))
    assert clean_again(warehouse.connection, [("mitxonline", more)]) == ["mitxonline__courses"]
    assert warehouse.rows(counts, policy="text") == [(3,)]

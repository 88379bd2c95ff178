"""Events of MIT Open Learning: all pages of Drupal's JSON:API, each event with what its relations lead to (sources.md 7.4).

A landed record is ``{"event": ..., "related": {relation: [entries]}, "image": {"picture": ..., "file": ...} or null}``: extraction ends
here, and what is shown of it is decided in SQL. Every event is landed; the relations of those that are over are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from include.errors import SchemaDrift
from include.sources.base import Json, Page, PythonSource, Reading, Record, Reject, Stream, text_at
from include.sources.http import HttpClient
from include.sources.jsonapi import Relations, linked_pages
from include.sources.keys import text_key
from include.sources.payload import reject_of
from include.sources.records.news import OpenLearningEvent

PATH = "/jsonapi/node/event?sort=-field_event_date.value"
LISTS = ("field_location_tag", "field_event_audience", "field_event_category")
KEPT_AFTER = timedelta(days=2)
"""An event is surely over so long after its last moment, whatever zone its dates are in."""

_ID = text_key("id")
EVENTS = Stream(
    name="events",
    key_of=lambda payload: _ID(payload["event"]),
    record_model=OpenLearningEvent,
    html_fields=(text_at("event.attributes.body.value"),),
)


def _pages(stream: Stream, client: HttpClient, reading: Reading) -> Iterator[Page]:
    """All events, the latest first, a page at a time."""
    relations, now, read = Relations(client), reading.clock(), 0
    for number, entries, following in linked_pages(client, client.paths.get(stream.name, PATH), reading.cursor, stream.name):
        page = Page([], [], following, None, number)
        for position, entry in enumerate(entries, start=1):
            made = _event(stream, relations, entry, f"page {number}, item {position}", now)
            (page.records if isinstance(made, Record) else page.rejects).append(made)  # type: ignore[arg-type]
        yield page
        read += len(entries)
        if reading.limit is not None and read >= reading.limit:
            return


def _event(stream: Stream, relations: Relations, entry: Any, where: str, now: datetime) -> Record | Reject:
    if not isinstance(entry, dict):
        return reject_of("not an object", where, entry)
    payload: Json = {"event": entry, "related": {}, "image": None}
    try:
        key = stream.key_of(payload)
    except ValueError as error:
        return reject_of(str(error), where, entry)
    if not _is_over(entry, now):
        try:
            payload["related"] = {name: relations.entries(entry, name) for name in LISTS}
            payload["image"] = _image(relations, entry)
        except SchemaDrift as error:
            return reject_of(f"has a relation that cannot be read: {error.message}", where, entry, key)
    return Record(key, payload)


def _image(relations: Relations, entry: Json) -> Json | None:
    picture = next(iter(relations.entries(entry, "field_event_image")), None)
    if picture is None:
        return None
    return {"picture": picture, "file": next(iter(relations.entries(picture, "field_media_image")), None)}


def _is_over(entry: Json, now: datetime) -> bool:
    dates = (entry.get("attributes") or {}).get("field_event_date") or {}
    try:
        last = datetime.fromisoformat(dates.get("end_value") or dates["value"])
    except (KeyError, TypeError, ValueError):
        return False
    return (last if last.tzinfo else last.replace(tzinfo=UTC)) + KEPT_AFTER < now


SOURCE = PythonSource(
    key="events_ol",
    title="Open Learning Events",
    streams=(EVENTS,),
    read=_pages,
    why_not_low_code="an event's words and pictures are behind relations, which a run follows once each",
    group="news",
)
"""The source `events_ol`."""

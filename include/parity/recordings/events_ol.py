"""Events of MIT Open Learning: the first page, and one answer for each relation of its event."""

from __future__ import annotations

from pathlib import Path

from include.parity.news import news_file
from include.parity.recorded import Payloads, read_json

GOLDEN = (news_file("events_ol", "events_ol"),)
AS_LEARN_DOES = {"events_ol_whole": False, "events_shown_until_end": False}
RELATIONS = {"field_location_tag": "location", "field_event_audience": "audience", "field_event_category": "topics"}


def payloads(folder: Path) -> Payloads:
    """The events of the page, each as the source lands it."""

    def data(part: str) -> object:
        return read_json(folder / "events_ol" / f"ol_events{part}.json")["data"]

    followed = {
        "related": {relation: data(f"_{name}") for relation, name in RELATIONS.items()},
        "image": {"picture": data("_img_text"), "file": data("_img_src")},
    }
    events = read_json(folder / "events_ol" / "ol_events.json")["data"]
    return {("events_ol", "events"): [{"event": event, **followed} for event in events]}

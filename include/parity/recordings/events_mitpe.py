"""Events of MIT Professional Education: one page."""

from __future__ import annotations

from pathlib import Path

from include.parity.news import news_file
from include.parity.recorded import Payloads, read_records

GOLDEN = (news_file("events_mitpe", "events_mitpe"),)
AS_LEARN_DOES = {"mitpe_news_text": "unescaped", "events_mitpe_noon": False, "events_shown_until_end": False}


def payloads(folder: Path) -> Payloads:
    """The records of the page."""
    return {("events_mitpe", "events"): read_records(folder / "events_mitpe" / "mitpe_events.json")}

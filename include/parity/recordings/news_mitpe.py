"""News of MIT Professional Education: one page."""

from __future__ import annotations

from pathlib import Path

from include.parity.news import news_file
from include.parity.recorded import Payloads, read_records

GOLDEN = (news_file("news_mitpe", "news_mitpe"),)
AS_LEARN_DOES = {"mitpe_news_text": "unescaped", "news_mitpe_authors_by_word": False}


def payloads(folder: Path) -> Payloads:
    """The records of the page."""
    return {("news_mitpe", "news"): read_records(folder / "news_mitpe" / "mitpe_news.json")}

"""The blog of MIT Sloan Executive Education: the answer to its form."""

from __future__ import annotations

from pathlib import Path

from include.parity.news import news_file
from include.parity.recorded import Payloads, read_json

GOLDEN = (news_file("news_sloan_exec", "news_sloan"),)


def payloads(folder: Path) -> Payloads:
    """The posts of every action that has some."""
    actions = read_json(folder / "news_sloan" / "test_sloan_exec_news.json")["actions"]
    values = [action["returnValue"] for action in actions if isinstance(action.get("returnValue"), dict)]
    return {("news_sloan", "posts"): [post for value in values for post in value["content"]]}

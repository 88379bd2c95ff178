"""How each feed is delivered: the variable `delivery_modes`, read when a task runs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from airflow.sdk import Variable

from include.errors import ContractBroken
from include.sources.registry import SOURCES

if TYPE_CHECKING:
    from include.delivery.model import Mode, Modes

MODES = ("off", "shadow", "on")
REFERENCE = "reference"
"""The taxonomy counts as a feed here: Learn has its rows before us."""
DEFAULT = "default"
WITHOUT_A_WORD: Mode = "shadow"
"""Where nobody said how to deliver: nothing of Learn is written, and everybody can read how ours would compare."""
KNOWN = frozenset({*SOURCES, REFERENCE, DEFAULT})


def delivery_modes() -> Modes:
    """The setting as it is now.

    :raises ContractBroken: a name that is no feed, or a word that is no mode.
    """
    return parse(Variable.get("delivery_modes", default={}, deserialize_json=True))


def parse(told: Any) -> Modes:
    """Modes from a JSON object: feed to mode, and `default` for the feeds that are not named."""
    from include.delivery.model import Modes

    wrong = [f"{feed}: {mode}" for feed, mode in told.items() if _is_wrong(feed, mode)] if isinstance(told, dict) else [str(told)]
    if wrong:
        raise ContractBroken(
            "The variable delivery_modes is not a JSON object from feeds to modes.",
            where="delivery_modes",
            sample=", ".join(wrong),
            what_to_do=f"Modes are {', '.join(MODES)}; feeds are the sources of docs/SOURCES.md, {REFERENCE} and {DEFAULT}.",
        )
    return Modes(told.get(DEFAULT, WITHOUT_A_WORD), {feed: mode for feed, mode in told.items() if feed != DEFAULT})


def _is_wrong(feed: str, mode: Any) -> bool:
    return feed not in KNOWN or mode not in MODES


def told(modes: Modes, feeds: Collection[str]) -> str:
    """Which of the feeds are not delivered to Learn, in words; empty when all are."""
    lines = []
    for mode, words in (("shadow", "only to the shadow"), ("off", "not delivered")):
        of_mode = sorted(feed for feed in feeds if modes.of(feed) == mode)
        if of_mode:
            lines.append(f"{words}: {', '.join(of_mode)}")
    return "; ".join(lines)

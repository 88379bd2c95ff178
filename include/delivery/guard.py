"""The cap on removals: what a truncated or empty source must not do to Learn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cap:
    """How much of a source may leave at once: so many units always, else at most this share of what is shown."""

    always_allowed: int
    share_percent: float


CATALOG_CAP = Cap(always_allowed=50, share_percent=10)
NEWS_CAP = Cap(always_allowed=10, share_percent=50)
"""A feed of news is a window of the newest ten or twenty items; it may well turn over in a day."""


def over_cap(leaving: int, published: int, present: int, cap: Cap = CATALOG_CAP) -> bool:
    """Whether the removals of a source are held back (architecture.md 6).

    :param leaving: units that are published in Learn and would not be after this delivery.
    :param published: delivered units of the source that are published now.
    :param present: units of the source that the marts still have. A source that has none was read empty, or its build is broken:
        nothing of it leaves without a person, however small it is.
    """
    if not leaving:
        return False
    return present == 0 or leaving > max(cap.always_allowed, published * cap.share_percent / 100)

"""The cap on removals: what a truncated or empty source must not do to Learn."""

from __future__ import annotations

REMOVALS_ALWAYS_ALLOWED = 50
REMOVABLE_SHARE_PERCENT = 10


def over_cap(leaving: int, published: int, incoming: int) -> bool:
    """Whether the removals of a source are held back (architecture.md 6).

    :param leaving: units that are published in Learn and would not be after this delivery.
    :param published: delivered units of the source that are published now.
    :param incoming: units of the source in the marts, removed ones included. A source that is missing from them altogether
        is a broken build, however small it is.
    """
    if not leaving:
        return False
    return incoming == 0 or leaving > max(REMOVALS_ALWAYS_ALLOWED, published * REMOVABLE_SHARE_PERCENT / 100)

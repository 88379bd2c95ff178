"""What a delivery is told and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal


@dataclass(frozen=True)
class DeliverySettings:
    """Limits of one delivery. A chunk that cannot get its locks is tried ``attempts`` times, then the delivery fails."""

    lock_timeout_seconds: float = 10
    statement_timeout_seconds: float = 300
    attempts: int = 5
    longest_pause_seconds: float = 20
    wait_for_other_delivery_seconds: float = 120


Mode = Literal["off", "shadow", "on"]


@dataclass(frozen=True)
class Modes:
    """How each feed is delivered: not at all, into the shadow beside Learn's tables, or into them; ``default``: the others."""

    default: Mode
    feeds: Mapping[str, Mode] = field(default_factory=dict)

    def of(self, feed: str) -> Mode:
        """The mode of a feed."""
        return self.feeds.get(feed, self.default)


ALL_ON = Modes("on")


@dataclass(frozen=True)
class Release:
    """Removals that leave although the guard held them back: of all sources, or of the named ones; ``by`` is who decided it."""

    sources: bool | Collection[str] = False
    by: str = ""


@dataclass(frozen=True)
class DeliveryResult:
    """Units of one source in one delivery; ``rows_written`` counts rows of Learn's tables, deleted link rows included.

    ``held_back`` removals wait for a person's decision, ``rejected`` ones stay published by one. ``attached`` counts units delivered again
    because a child or topic that they wait for has arrived.
    """

    considered: int = 0
    inserted: int = 0
    updated: int = 0
    unpublished: int = 0
    held_back: int = 0
    rejected: int = 0
    attached: int = 0
    rows_written: int = 0

    @property
    def unchanged(self) -> int:
        """Units that were as delivered before."""
        return self.considered - self.inserted - self.updated - self.unpublished - self.held_back - self.rejected

    def __add__(self, other: DeliveryResult) -> DeliveryResult:
        return DeliveryResult(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True)
class ReferenceResult:
    """Rows of one kind of reference data in one delivery; ``enqueued`` counts resources whose documents show a changed row."""

    considered: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    enqueued: int = 0

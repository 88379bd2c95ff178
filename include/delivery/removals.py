"""Removals that the guard held back: what a person is asked about them, and what becomes of the answer.

A question is about one source and the set of its removals at the moment of asking. A rejected set stays published and is asked about
again only when the guard holds back more; then the new question shows the whole set.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from include.delivery import statements
from include.delivery.statements import Link

Decision = Literal["release", "reject"]
SAMPLES = 20


@dataclass(frozen=True)
class Unasked:
    """Removals of a source that no question shows yet; ``latest`` tells this set from a later one."""

    source: str
    removals: int
    latest: int


@dataclass(frozen=True)
class Question:
    """What a person is told: how much of a source would leave, since when it is held, with some titles and addresses."""

    source: str
    samples: tuple[tuple[Any, ...], ...]
    removals: int
    published: int
    since: datetime | None
    rejected: int
    rejected_at: datetime | None
    rejected_by: str | None

    @property
    def subject(self) -> str:
        """The question in one line."""
        return f"{self.source}: {self.removals} of {self.published} published records would leave Learn. Are they really gone?"

    @property
    def body(self) -> str:
        """The question at length, in Markdown."""
        lines = [
            f"Held back since {self.since:%Y-%m-%d %H:%M} UTC; everything else is delivered.",
            "**release**: they are unpublished (news: deleted) now. **reject**: they stay; nobody is asked again until more of them leave.",
        ]
        if self.rejected:
            lines.append(f"{self.rejected} of them were rejected before, by {self.rejected_by} on {self.rejected_at:%Y-%m-%d %H:%M} UTC.")
        listed = "\n".join(f"* [{title}]({url})" for title, url in self.samples)
        more = self.removals - len(self.samples)
        return "\n\n".join([*lines, listed + (f"\n* and {more} more, in `pipelines.held_removal`" if more else "")])


def unasked(learn: Link) -> list[Unasked]:
    """Sources about which a person has to be asked."""
    return [Unasked(*row) for row in learn.execute(statements.find("removals", "unasked").compose({})).fetchall()]


def ask(learn: Link, question: str, source: str) -> Question | None:
    """Make all that is held back of a source the subject of a question, and tell what it is; None when nothing is held.

    Repeated, the question is the same. An older question about the source has no subject any more.
    """
    with learn.transaction():
        parameters = {"question": question, "source": source, "samples": SAMPLES}
        statements.run(learn, [statements.find("removals", "take_over")], parameters, {})
        told = learn.execute(statements.find("removals", "told").compose({}), parameters).fetchone()
        samples = learn.execute(statements.find("removals", "samples").compose({}), parameters).fetchall()
    if not told or not told[0]:
        return None
    return Question(source, tuple(samples), *told)


def decide(learn: Link, question: str, decision: Decision, decided_by: str, now: datetime) -> int:
    """Record the answer; returns the removals that it decides: 0 when all came back, or a later question took them over.

    Released ones leave with the next delivery of their source.
    """
    parameters = {"question": question, "decision": decision, "decided_by": decided_by, "now": now}
    with learn.transaction():
        return learn.execute(statements.find("removals", "decide").compose({}), parameters).rowcount

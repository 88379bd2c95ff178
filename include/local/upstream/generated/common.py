"""What all generated records share: a random stream per record, dates around a clock, prose, names."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from include.local.upstream.generated import vocabulary as words

Json = dict[str, Any]

QUIET_DAYS = 10
"""No generated date lies within so many days of the clock: nothing changes by itself while somebody looks."""

SHARED_INSTRUCTORS = 120
"""Size of the pool of people, so that instructors are shared between courses and feeds."""


def stream_of(seed: int, kind: str, index: int) -> random.Random:
    """The random stream of one record: it depends on nothing but the three arguments, on every machine and version."""
    return random.Random(f"{seed}:{kind}:{index}")  # noqa: S311 (repeatable on purpose, no secret comes of it)


def moment(at: datetime | None) -> str | None:
    """A moment as the publishers write it: ``2024-09-04T15:00:00Z``."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def days(rng: random.Random, lowest: int, highest: int) -> timedelta:
    """A distance between ``lowest`` and ``highest`` days from the clock, never within ``QUIET_DAYS`` of it."""
    count = rng.randint(lowest, highest)
    if abs(count) <= QUIET_DAYS:
        count = QUIET_DAYS + 1 if highest > QUIET_DAYS else -QUIET_DAYS - 1
    return timedelta(days=count)


def clear_of(at: datetime, anchor: datetime) -> datetime:
    """A date moved out of the quiet days around ``anchor``, onwards."""
    return at + timedelta(days=2 * QUIET_DAYS + 4) if abs(at - anchor) <= timedelta(days=QUIET_DAYS + 1) else at


def title(rng: random.Random) -> str:
    """A course title, well under Learn's 256 characters, sometimes beyond ASCII."""
    opening, subject = rng.choice(words.TITLE_OPENINGS), rng.choice(words.TITLE_SUBJECTS)
    return f"{opening} {subject}{rng.choice(words.TITLE_ENDINGS)}"


def prose(rng: random.Random, sentences: int) -> str:
    """Plain sentences."""
    return " ".join(rng.choices(words.SENTENCES, k=sentences))


def html(rng: random.Random) -> str:
    """A description as an editor's tool leaves it: paragraphs with attributes, links, lists, now and then a script."""
    key = f"{rng.getrandbits(24):06x}"
    parts = [f'<p data-block-key="{key}">{prose(rng, 2)}</p>']
    parts += rng.sample(words.HTML_EXTRAS, k=rng.randint(0, 3))
    return "\n".join(parts)


def person(seed: int, number: int) -> tuple[str, str]:
    """First and last name of person ``number`` of the pool; the same in every feed of one seed."""
    rng = stream_of(seed, "person", number)
    return rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)


def people(seed: int, rng: random.Random, most: int) -> list[tuple[str, str]]:
    """Up to ``most`` distinct people of the pool, sometimes none."""
    numbers = rng.sample(range(SHARED_INSTRUCTORS), k=rng.randint(0, most))
    return list(dict.fromkeys(person(seed, number) for number in numbers))


def uid(rng: random.Random) -> str:
    """A version 4 UUID from the record's own random stream."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))

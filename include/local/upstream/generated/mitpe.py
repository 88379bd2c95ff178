"""Generated courses and programs of MIT Professional Education: texts only, lists joined by bars, HTML-escaped (``sources.md`` 2.7)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import escape

from include.local.upstream.generated.common import Json, clear_of, days, html, people, prose, stream_of, title, uid

PROGRAM_EVERY = 5
"""Every fifth resource is a program."""
FORMATS = ("Online", "On Campus", "On Campus", "Live Virtual", "Live Online", "Blended", "In Person", "")
DURATIONS = (
    *("3 Days", "30 Days", "6 to 10 Weeks", "2-3 weeks", "3 months", "1 month", "2 days + coaching", "9 semanas", "5 días", "2 semaines"),
    *("3 mois", "4 settimane", "3 mesi", "Self-paced", ""),
)
TOPICS = ("Organizations & Leadership", "Data Science", "Innovation", "Business Analytics", "Engineering", "Health & Medicine", "Juggling")
CERTIFICATES = ("Chief Digital Officer", "Digital Transformation", "Industry 4.0")
ENDINGS = ("", " & Leadership", " in 'Practice'", " (Portuguese)", " for Engineers")


def resource(seed: int, index: int, count: int, anchor: datetime) -> Json:
    """Resource ``index`` of ``count``: a course or a program with up to three runs around ``anchor``."""
    rng = stream_of(seed, "mitpe/resources", index)
    program = is_program(index)
    leads, others = people(seed, rng, 2), people(seed, rng, 3)
    place = rng.choice(FORMATS)
    slug = f"resource-{index + 1}"
    return {
        "uuid": uid(rng),
        "title": escape(name(seed, index)),
        "url": f"/course-catalog/{slug}",
        "description": html(rng) if rng.random() > 0.2 else f"{prose(rng, 3)}\n",
        "learning_format": place,
        **_kind(rng, program),
        "topics": _barred(rng.sample(TOPICS, k=rng.randint(0, 3))),
        "image__src": f"/sites/default/files/{slug}.jpg" if index % 6 else "",
        "image__alt": f" {prose(rng, 1)}",
        "courses": _barred(_children(seed, rng, count)) if program else "",
        **_runs(rng, index, anchor),
        "price": rng.choice(("$1870", "$3,600", "$4,250.50", "")),
        "lead_instructors": _barred(" ".join(person) for person in leads),
        "instructors": _barred(" ".join(person) for person in others),
        "language": "",
        "node_id": str(index + 1),
        "location": "Online" if place == "Online" else rng.choice(("On Campus", "Cambridge, MA", "")),
        "duration": rng.choice(DURATIONS),
        "continuing_ed_credits": rng.choice(("8", "7.2", "2.0 CEUs", "")),
    }


def is_program(index: int) -> bool:
    """Whether resource ``index`` is a program."""
    return index % PROGRAM_EVERY == PROGRAM_EVERY - 1


def name(seed: int, index: int) -> str:
    """The title of resource ``index``; programs name their courses by it, so no two are equal."""
    rng = stream_of(seed, "mitpe/title", index)
    return f"{title(rng)} {index + 1}{rng.choice(ENDINGS)}"


def _kind(rng: random.Random, program: bool) -> Json:
    """The type in words, or only in the certificates that can be had."""
    certificates = rng.sample(CERTIFICATES, k=rng.randint(0, 2)) + ([] if program else ["Certificate of Completion"])
    said = rng.random() < 0.4
    return {
        "resource_type": ("Program" if program else "course") if said else "",
        "course_certificate": _barred(certificates),
    }


def _children(seed: int, rng: random.Random, count: int) -> list[str]:
    """Titles of courses, now and then one that no course has."""
    courses = [index for index in rng.sample(range(count), k=min(count, 5)) if not is_program(index)]
    return [f"{name(seed, index)} " for index in courses] + (["A course of long ago"] if rng.random() < 0.2 else [])


def _runs(rng: random.Random, index: int, anchor: datetime) -> Json:
    """Four lists, of each run one member. Without runs they are empty; enrolment may end on a day of its own or with the run."""
    first = anchor + days(rng, -300, 300)
    starts = [clear_of(first + timedelta(days=70 * position), anchor) for position in range(rng.choice((0, 1, 1, 2, 3)))]
    ends = [clear_of(start + timedelta(days=rng.choice((2, 4, 60))), anchor) for start in starts]
    closing = [clear_of(start - timedelta(days=14), anchor) if rng.random() < 0.7 else None for start in starts]
    return {
        "start_date": _dates(starts),
        "end_date": _dates(ends),
        "enrollment_end_date": _dates(closing),
        "run__readable_id": "|".join(f"{index + 1}{start:%Y%m%d}{end:%Y%m%d}" for start, end in zip(starts, ends, strict=True)),
    }


def _dates(moments: list[datetime] | list[datetime | None]) -> str:
    return "|".join(f"{moment:%Y-%m-%d}" if moment else "" for moment in moments)


def _barred(names: Iterable[str]) -> str:
    return "|".join(map(escape, names))

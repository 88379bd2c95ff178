"""Generated edX.org courses and programs, with the fields of its catalogue and of its Discovery service (``sources.md`` 2.1, 2.2)."""

from __future__ import annotations

import random
import re
import uuid
from datetime import datetime, timedelta

from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import Json, days, html, moment, people, prose, stream_of, title
from include.local.upstream.generated.mitxonline import run_dates

IMAGES = "https://prod-discovery.edx-cdn.org/media"
LEVELS = ("Introductory", "Intermediate", "Advanced", None)
EFFORT: tuple[tuple[int | None, int | None], ...] = ((10, 15), (5, 8), (4, 4), (1, 1), (None, 6), (8, None), (7, 5), (None, None))
DELETED = ("[DELETE] {}", "{} (delete)", "DELETE {}", "delete")
KINDS = (("future", "past"), ("current", "past", "past"), ("current",), ("past",), ("self_paced",), ("self_paced", "future"))


def course(seed: int, index: int, anchor: datetime, now: datetime) -> Json:
    """Course ``index``; dates lie around ``anchor``, and what the publisher derives from today is as of ``now``."""
    rng = stream_of(seed, "mit_edx/courses", index)
    key, name = course_key(seed, index), title(rng)
    changed = anchor - days(rng, 20, 900)
    runs = _runs(rng, seed, key, name, anchor, now)
    return {
        "key": key,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "title": rng.choice(DELETED).format(name) if rng.random() < 0.01 else name,
        "course_runs": runs if rng.random() > 0.02 else [],
        "entitlements": [],
        "owners": _owners(rng, 0.06),
        "image": _image(rng, "course", key),
        "short_description": html(rng) if rng.random() > 0.1 else None,
        "full_description": html(rng) if rng.random() > 0.1 else None,
        "level_type": rng.choice(LEVELS),
        "subjects": [{"name": topic, "slug": topic.lower().replace(" ", "-")} for topic in _subjects(rng)],
        "modified": moment(changed) if rng.random() > 0.005 else None,
        "marketing_url": _page(rng, name, index),
        "enrollment_count": rng.randint(0, 90_000),
        "recent_enrollment_count": rng.randint(0, 9_000),
    }


def course_key(seed: int, index: int) -> str:
    """``MITx+15.071x``; a known department nearly always."""
    rng = stream_of(seed, "mit_edx/keys", index)
    code = rng.choice(words.DEPARTMENTS)[0] if rng.random() > 0.03 else "Launch"
    return f"MITx+{code}.{index + 1:03d}x"


def course_index(key: str) -> int | None:
    """Index of the course with this key, if it is one that this generator writes."""
    found = re.fullmatch(r"MITx\+\w+\.(\d+)x", key)
    return int(found[1]) - 1 if found else None


def program(seed: int, index: int, courses: int, anchor: datetime, now: datetime) -> Json:
    """Program ``index`` of up to four of the ``courses``; now and then one of a course that nobody knows."""
    rng = stream_of(seed, "mit_edx/programs", index)
    name = title(rng)
    picked = rng.sample(range(courses), k=min(courses, rng.randint(1, 4)))
    changed = anchor - days(rng, 20, 900)
    return {
        "uuid": program_key(index),
        "title": rng.choice(DELETED).format(name) if rng.random() < 0.01 else name,
        "subtitle": prose(rng, 1) if rng.random() > 0.3 else html(rng),
        "type": rng.choice(("XSeries",) * 3 + ("Professional Certificate",) * 2 + ("MicroMasters",)),
        "status": "active" if rng.random() > 0.15 else "retired",
        "marketing_slug": f"mitx-program-{index + 1}",
        "marketing_url": f"https://www.edx.org/xseries/mitx-program-{index + 1}",
        "banner_image": {"medium": {"url": f"{IMAGES}/programs/banner_images/{index + 1}.medium.png", "width": 726, "height": 242}}
        if rng.random() > 0.05
        else None,
        "hidden": False,
        "authoring_organizations": _owners(rng, 0.4),
        "level_type_override": rng.choice((None, None, "Introductory", "Advanced")),
        "data_modified_timestamp": moment(changed),
        "recent_enrollment_count": rng.randint(0, 20_000),
        "courses": [_child(rng, course(seed, number, anchor, now)) for number in picked],
    }


def _child(rng: random.Random, whole: Json) -> Json:
    """A course as programs have it: its runs know neither staff nor effort."""
    fields = ("key", "title", "start", "end", "enrollment_start", "enrollment_end", "pacing_type", "status", "availability")
    runs = [{name: run[name] for name in (*fields, "is_enrollable", "seats")} for run in whole["course_runs"]]
    kept = {name: whole[name] for name in ("key", "uuid", "title", "image", "owners")}
    return kept | {"course_runs": runs, "excluded_from_search": rng.random() < 0.05}


def program_key(index: int) -> str:
    """A UUID that carries the index."""
    return str(uuid.UUID(int=index + 1, version=4))


def program_index(key: str) -> int | None:
    """Index of the program with this key, if it is one that this generator writes."""
    found = re.fullmatch(r"0{8}-0000-4000-8000-([0-9a-f]{12})", key)
    return int(found[1], 16) - 1 if found else None


def _owners(rng: random.Random, foreign: float) -> list[Json]:
    if rng.random() < foreign:
        return [{"key": rng.choice(("HarvardX", "DelftX", "MITxPROFESSOR")), "name": "Another school"}]
    return [{"key": rng.choice(("MITx", "MITx", "MITx", "MITx_PRO")), "name": "Massachusetts Institute of Technology"}]


def _subjects(rng: random.Random) -> list[str]:
    names = rng.sample(words.MITX_TOPICS_MAPPED, k=rng.randint(0, 2)) + rng.sample(words.TOPICS_EXACT, k=rng.randint(0, 1))
    return [*names, rng.choice(words.TOPICS_UNKNOWN)] if rng.random() < 0.1 else names


def _page(rng: random.Random, name: str, index: int) -> str | None:
    slug = f"{re.sub('[^a-z]+', '-', name.lower())}-{index + 1}"
    return rng.choice(
        (f"https://www.edx.org/course/{slug}?utm_source=mit", f"https://www.edx.org/course/{slug}", None, f"https://example.org/{slug}")
    )


def _image(rng: random.Random, kind: str, key: str) -> Json | None:
    if rng.random() < 0.08:
        return None
    return {
        "src": f"{IMAGES}/{kind}/image/{key}.small.jpg",
        "description": rng.choice((None, "A blackboard")),
        "height": None,
        "width": None,
    }


def _runs(rng: random.Random, seed: int, key: str, name: str, anchor: datetime, now: datetime) -> list[Json]:
    made: list[Json] = []
    tags: set[str] = set()
    for position, kind in enumerate(rng.choice(KINDS)):
        dates = run_dates(rng, kind, anchor)
        at = dates["start_date"] or dates["enrollment_start"] or anchor
        tag = f"{(at.month - 1) // 4 + 1}T{at.year}" if rng.random() > 0.1 else f"run{position + 1}"
        tag = tag if tag not in tags else f"{tag}_{position}"
        tags.add(tag)
        made.append(_run(rng, seed, f"course-v1:{key}+{tag}", name, kind, dates, now))
    return made


def _run(rng: random.Random, seed: int, key: str, name: str, kind: str, dates: dict[str, datetime | None], now: datetime) -> Json:
    low, high = rng.choice(EFFORT)
    staff = [{"given_name": first, "family_name": last} for first, last in people(seed, rng, 4)]
    changed = (dates["start_date"] or now) - timedelta(days=40)
    return {
        "key": key,
        "title": rng.choice(DELETED).format(name) if rng.random() < 0.02 else name,
        "image": _image(rng, "course", key),
        "short_description": prose(rng, 1),
        "full_description": html(rng),
        "marketing_url": None,
        "seats": _seats(rng),
        "start": moment(dates["start_date"]),
        "end": moment(dates["end_date"]),
        "enrollment_start": moment(dates["enrollment_start"]),
        "enrollment_end": moment(dates["enrollment_end"]),
        "pacing_type": "self_paced" if kind == "self_paced" else "instructor_paced",
        "type": "verified",
        "status": "published" if rng.random() > 0.1 else "unpublished",
        "is_enrollable": kind != "past" or rng.random() < 0.5,
        "content_language": rng.choice(("en-us", "en-us", "es-419", None)),
        "staff": staff if rng.random() > 0.02 else None,
        "min_effort": low,
        "max_effort": high,
        "weeks_to_complete": rng.choice((1, 5, 8, 13, None)),
        "modified": moment(changed),
        "level_type": rng.choice(LEVELS),
        "availability": _availability(dates, now),
        "enrollment_count": rng.randint(0, 9_000),
        "recent_enrollment_count": rng.randint(0, 900),
    }


def _seats(rng: random.Random) -> list[Json]:
    audit = {"type": "audit", "price": "0.00", "currency": "USD"}
    if rng.random() < 0.1:
        return [audit]
    paid = {"type": "verified", "price": rng.choice(("49.00", "150.00", "189.00")), "currency": rng.choice(("USD",) * 9 + ("EUR",))}
    return [paid, audit]


def _availability(dates: dict[str, datetime | None], now: datetime) -> str:
    start, end = dates["start_date"], dates["end_date"]
    if end and end < now:
        return "Archived"
    if start and start > now:
        return "Starting Soon" if start - now < timedelta(days=60) else "Upcoming"
    return "Current"

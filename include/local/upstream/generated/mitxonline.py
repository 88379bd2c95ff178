"""Generated MITx Online courses, with the fields and the irregularities of its v2 API (``sources.md`` 2.3)."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from typing import Any

from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import (
    Json,
    days,
    html,
    moment,
    people,
    prose,
    stream_of,
    title,
)

LANGUAGES = ("es", "fr", "pt", "ar", "zh")
PRICES: tuple[tuple[float | None, float | None], ...] = (
    (None, None),
    (0, 0),
    (100, 100),
    (75, 250),
    (149.5, 399.99),
    (None, 456),
    (123, None),
)
CERTIFICATES = ("Certificate of Completion",) * 7 + ("MicroMasters Credential",) * 2 + ("Professional Certificate", None)
MODES: tuple[list[Json], ...] = (
    [{"mode_slug": "verified"}, {"mode_slug": "audit"}],
    [{"mode_slug": "verified"}],
    [{"mode_slug": "audit"}],
    [],
)
LENGTHS = ((4, 4), (6, 8), (9, 10), (12, 14), (14, 14))
HOURS = ((3, 5), (5, 7), (5, 8), (7, 7), (10, 12))


def course(seed: int, index: int, anchor: datetime, now: datetime) -> Json:
    """Course ``index``; dates lie around ``anchor``, and what the publisher derives from today (enrollable) is as of ``now``."""
    rng = stream_of(seed, "mitxonline/courses", index)
    code, department = rng.choice(words.DEPARTMENTS)
    number = f"{code}.{index + 1:03d}x"
    key = f"course-v1:MITxT+{number}"
    name = title(rng)
    if rng.random() < 0.015:
        name = f"{name} {rng.choice(('PROCTORED EXAM', 'Proctored Exam'))}"
    live, page_url = rng.random() > 0.07, f"/courses/{key}/" if rng.random() > 0.05 else None
    weeks, hours = rng.choice(LENGTHS), rng.choice(HOURS)
    lowest, highest = rng.choice(PRICES)
    variants = _variants(rng)
    runs = _runs(rng, index, key, number, name, anchor, now, variants)
    open_runs = [run["id"] for run in runs if run["is_enrollable"] and not run["b2b_contract"]]
    record: Json = {
        "id": index + 1,
        "title": name,
        "readable_id": key,
        "next_run_id": open_runs[0] if open_runs else None,
        "departments": departments(rng, department),
        "page": _page(rng, seed, index, live, page_url, weeks, hours),
        "include_in_learn_catalog": rng.random() > 0.06,
        "ingest_content_files_for_ai": rng.random() < 0.2,
        "programs": None,
        "topics": topics(rng),
        "certificate_type": rng.choice(CERTIFICATES),
        "certificate_available": rng.random() < 0.8,
        "required_prerequisites": rng.random() < 0.5,
        "availability": rng.choice(("dated", "dated", "anytime")),
        "min_price": lowest,
        "max_price": highest,
        "possible_variant_sets": variants,
        "courseruns": runs,
    }
    return record | effort(weeks, hours)


def effort(weeks: tuple[int, int], hours: tuple[int, int]) -> Json:
    """Duration and weekly hours, as text and as numbers; the API gives hours as strings."""
    return {
        "duration": f"{spelled(weeks)} weeks",
        "min_weeks": weeks[0],
        "max_weeks": weeks[1],
        "time_commitment": f"{spelled(hours)} hrs/wk",
        "min_weekly_hours": str(hours[0]),
        "max_weekly_hours": str(hours[1]),
    }


def spelled(pair: tuple[int, int]) -> str:
    """``5-8``, or ``5`` when both ends are the same."""
    return f"{pair[0]}-{pair[1]}" if pair[0] != pair[1] else str(pair[0])


def departments(rng: random.Random, name: str) -> list[Any]:
    """Objects, or plain names: the API has sent both."""
    names: list[str] = [name] + ([rng.choice(words.DEPARTMENTS)[1]] if rng.random() < 0.2 else [])
    if rng.random() < 0.04:
        names.append(rng.choice(words.UNKNOWN_DEPARTMENTS))
    names = list(dict.fromkeys(names))
    found: list[Any] = list(names) if rng.random() < 0.1 else [{"name": one} for one in names]
    return found


def topics(rng: random.Random) -> list[Json]:
    """Topic names: mapped ones, names of the taxonomy itself, now and then an unknown one."""
    names = rng.sample(words.MITX_TOPICS_MAPPED, k=rng.randint(0, 2)) + rng.sample(words.TOPICS_EXACT, k=rng.randint(0, 2))
    if rng.random() < 0.1:
        names.append(rng.choice(words.TOPICS_UNKNOWN))
    return [{"name": name} for name in names]


def _page(
    rng: random.Random,
    seed: int,
    index: int,
    live: bool,
    page_url: str | None,
    weeks: tuple[int, int],
    hours: tuple[int, int],
) -> Json:
    image = f"/media/original_images/course_{index + 1}.png?v={rng.getrandbits(64):016x}"
    return {
        "feature_image_src": image if rng.random() > 0.08 else None,
        "page_url": page_url,
        "description": html(rng) if rng.random() > 0.15 else prose(rng, 2),
        "live": live,
        "length": f"{spelled(weeks)} weeks",
        "effort": f"{spelled(hours)} hrs/wk",
        "financial_assistance_form_url": "",
        "current_price": rng.choice((100, 75, None)),
        "instructors": [{"name": f"{first} {last}", "description": ""} for first, last in people(seed, rng, 4)],
    }


def _variants(rng: random.Random) -> list[Json]:
    base = {"variant_industry": "", "variant_length": "", "b2b_only": False}
    found: list[Json] = [{"language": "en", "default_variant": True} | base]
    if rng.random() < 0.12:
        picked = rng.sample(LANGUAGES, k=rng.randint(1, 2))
        found += [{"language": language, "default_variant": False} | base for language in picked]
    return found


def _runs(
    rng: random.Random,
    index: int,
    key: str,
    number: str,
    name: str,
    anchor: datetime,
    now: datetime,
    variants: list[Json],
) -> list[Json]:
    kinds = rng.choice((("future", "past"), ("current", "past", "past"), ("current",), ("past",), ("self_paced",), ("future",)))
    plans: list[tuple[str, str, int | None, str]] = [(kind, "en", None, "") for kind in kinds]
    plans += [(kinds[0], one["language"], None, f"_{one['language'].upper()}") for one in variants[1:]]
    if rng.random() < 0.06:
        plans.append((kinds[0], "en", rng.randint(1, 40), "_B2B"))
    if rng.random() < 0.03:
        plans = []
    made, tags = [], set()
    for position, (kind, language, contract, suffix) in enumerate(plans):
        dates = run_dates(rng, kind, anchor)
        tag = _term_tag(dates["start_date"] or dates["enrollment_start"] or anchor) + suffix
        tag = tag if tag not in tags else f"{tag}_{position}"
        tags.add(tag)
        run: Json = {
            "title": name,
            **{field: moment(at) for field, at in dates.items()},
            "expiration_date": None,
            "courseware_url": f"https://courses.mitxonline.mit.edu/courses/{key}+{tag}/course",
            "courseware_id": f"{key}+{tag}",
            "certificate_available_date": moment(dates["end_date"]),
            "upgrade_deadline": moment(dates["enrollment_end"]),
            "is_upgradable": kind != "past",
            "is_enrollable": _is_enrollable(rng, dates, now),
            "is_archived": bool(dates["end_date"] and dates["end_date"] < now),
            "is_self_paced": kind == "self_paced",
            "run_tag": tag,
            "id": index * 10 + position + 1,
            "live": True,
            "course_number": number,
            "language": language,
            "variant_industry": "",
            "variant_length": "",
            "b2b_contract": contract,
            "products": [{"id": index * 10 + position + 1, "price": "100.00", "is_active": True, "product_flexible_price": None}],
            "approved_flexible_price_exists": False,
            "enrollment_modes": rng.choice(MODES),
        }
        if rng.random() < 0.05:
            del run["enrollment_modes"]
        made.append(run)
    return made


def run_dates(rng: random.Random, kind: str, anchor: datetime) -> dict[str, datetime | None]:
    """The four dates of a run; each stays clear of the quiet days around ``anchor``."""
    start = anchor + timedelta(hours=15)
    length = timedelta(days=rng.randint(60, 120), hours=1)
    close: datetime | None
    end: datetime | None
    if kind == "past":
        start -= days(rng, 200, 700)
        opens, close, end = start - timedelta(days=60), start + timedelta(days=rng.choice((14, 50))), start + length
    elif kind == "current":
        start -= days(rng, 15, 45)
        end = anchor + days(rng, 31, 120)
        opens, close = start - timedelta(days=40), rng.choice((anchor + days(rng, 15, 30), anchor - days(rng, 11, 14), None))
    elif kind == "future":
        start += days(rng, 15, 200)
        opens, end = anchor - days(rng, 11, 90), start + length
        if rng.random() < 0.2:
            opens = anchor + days(rng, 11, 14)
        close = start + timedelta(days=14)
    else:
        start -= days(rng, 100, 600)
        opens, close, end = start, None, rng.choice((None, anchor + days(rng, 200, 700)))
    without_opening = rng.random() < 0.15
    without_start = kind != "past" and rng.random() < 0.05
    return {
        "start_date": None if without_start else start,
        "end_date": end,
        "enrollment_start": opens if without_start or not without_opening else None,
        "enrollment_end": close,
    }


def _is_enrollable(rng: random.Random, dates: dict[str, datetime | None], now: datetime) -> bool:
    """What the publisher says today; one flag in ten is stale, as in the recorded responses."""
    stale, withdrawn = rng.random() < 0.1, rng.random() < 0.05
    opens, closes = dates["enrollment_start"], dates["enrollment_end"] or dates["end_date"]
    is_open = (opens is None or opens <= now) and (closes is None or closes >= now)
    return not withdrawn and (is_open or stale)


def _term_tag(at: datetime) -> str:
    return f"{(at.month - 1) // 4 + 1}T{at.year}"


def course_index(key: str) -> int | None:
    """Index of the course with this readable id, if it is one that this generator writes."""
    found = re.fullmatch(r"course-v1:MITxT\+[0-9A-Z]+\.(\d+)x", key)
    return int(found[1]) - 1 if found else None

"""Generated xPRO courses and programs, with the fields of its two lists (``sources.md`` 2.5)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import (
    Json,
    clear_of,
    days,
    html,
    moment,
    people,
    prose,
    stream_of,
    title,
)

SERIES = ("LASER", "QCR", "SYSE", "AIML", "BIOM", "ADDM")
IMAGES = "https://ol-xpro-app-production.s3.amazonaws.com/original_images"
LENGTHS = ((3, 3), (3, 4), (4, 4), (6, 6), (8, 10))
HOURS = ((5, 5), (5, 7), (3, 5), (8, 10))


def course(seed: int, index: int, anchor: datetime) -> Json:
    """Course ``index`` with up to four runs around ``anchor``; a course whose runs have no price is not on sale."""
    rng = stream_of(seed, "xpro/courses", index)
    key = f"course-v1:xPRO+{rng.choice(SERIES)}x{index + 1}"
    name = title(rng)
    runs = _runs(rng, seed, index, key, name, anchor)
    return {
        "id": index + 1,
        "title": name,
        "description": html(rng) if rng.random() > 0.2 else f"<p>{prose(rng, 1)}</p>",
        "url": f"https://xpro.mit.edu/courses/{key}/",
        **_marketing(rng, f"course_{index + 1}"),
        "readable_id": key,
        "courseruns": runs,
        "next_run_id": runs[0]["id"] if runs else None,
        "topics": _topics(rng),
        **_effort(rng),
        **_product(rng),
    }


def _marketing(rng: random.Random, image: str) -> Json:
    return {
        "external_marketing_url": rng.choice((None, None, f"https://partner.example.org/{image}")),
        "marketing_hubspot_form_id": "",
        "thumbnail_url": f"{IMAGES}/{image}_New.jpg",
    }


def _topics(rng: random.Random) -> list[Json]:
    return [{"name": name} for name in rng.sample(words.XPRO_TOPICS, k=rng.randint(0, 3))]


def _effort(rng: random.Random) -> Json:
    """Text always; numbers only when they differ, as in the recorded lists."""
    weeks, hours = rng.choice(LENGTHS), rng.choice(HOURS)
    made: Json = {"duration": f"{weeks[0]} Weeks", "time_commitment": f"{hours[0]} Hours per Week"}
    if weeks[0] != weeks[1]:
        made |= {"duration": f"{weeks[0]}-{weeks[1]} Weeks", "min_weeks": weeks[0], "max_weeks": weeks[1]}
    if hours[0] != hours[1]:
        made |= {"time_commitment": f"{hours[0]}-{hours[1]} Hours per Week"}
        made |= {"min_weekly_hours": hours[0], "max_weekly_hours": hours[1]}
    return made


def _product(rng: random.Random) -> Json:
    platform = rng.choice(words.XPRO_PLATFORMS)
    return {
        "video_url": rng.choice((None, None, f"https://youtu.be/{rng.getrandbits(44):011x}")),
        "format": rng.choice(words.XPRO_FORMATS),
        "credits": rng.choice(("1.25", "2.0", "5", "0.6", None)),
        "is_external": platform != "xPRO",
        "platform": platform,
        "availability": rng.choice(("dated", "dated", "anytime")),
    }


def _runs(rng: random.Random, seed: int, index: int, key: str, name: str, anchor: datetime) -> list[Json]:
    price = rng.choice((999.0, 1529.0, 2419.0, 849.5, None, 0.0))
    teachers = [{"name": f"{first} {last}"} for first, last in people(seed, rng, 4)]
    made = []
    first_start = anchor + days(rng, -400, 300)
    for position in range(rng.choice((0, 1, 2, 3, 3, 4))):
        start = clear_of(first_start + timedelta(days=95 * position), anchor)
        end, tag = clear_of(start + timedelta(days=21), anchor), f"R{position + 1}"
        made.append(
            {
                "title": name,
                "start_date": moment(start + timedelta(hours=5)) if rng.random() > 0.06 else None,
                "end_date": moment(end + timedelta(hours=23, minutes=59)),
                "enrollment_start": moment(clear_of(start - timedelta(days=120), anchor)),
                "enrollment_end": moment(clear_of(start + timedelta(days=7), anchor)),
                "expiration_date": None,
                "courseware_url": rng.choice((None, f"https://courses.xpro.mit.edu/courses/{key}+{tag}/course/")),
                "courseware_id": f"{key}+{tag}",
                "run_tag": tag,
                "id": index * 10 + position + 1,
                "product_id": index * 10 + position + 1,
                "instructors": teachers,
                "current_price": price if rng.random() > 0.1 else None,
            }
        )
    return made


def course_index(key: str) -> int | None:
    """Index of the course with this readable id, if it is one that this generator writes."""
    found = re.fullmatch(r"course-v1:xPRO\+[A-Z]+x(\d+)", key)
    return int(found[1]) - 1 if found else None


def program(seed: int, index: int, courses: int, anchor: datetime, course_at: Callable[[int], Json | None]) -> Json:
    """Program ``index``, carrying its courses as whole records, as they are in the course list at this moment."""
    rng = stream_of(seed, "xpro/programs", index)
    key = f"program-v1:xPRO+{rng.choice(SERIES)}P{index + 1}"
    numbers = rng.sample(range(courses), k=min(courses, rng.randint(2, 4)))
    start = clear_of(anchor + days(rng, -200, 200), anchor)
    return {
        "title": f"{title(rng)} Program",
        "description": html(rng),
        **_marketing(rng, f"program_{index + 1}"),
        "readable_id": key,
        "current_price": rng.choice((2419.0, 3519.0, 4250.75, None)),
        "id": index + 1,
        "courses": [record for number in numbers if (record := course_at(number)) is not None],
        "start_date": moment(start),
        "end_date": moment(clear_of(start + timedelta(days=250), anchor)),
        "enrollment_start": moment(clear_of(start - timedelta(days=200), anchor)),
        "url": f"https://xpro.mit.edu/programs/{key}/" if rng.random() > 0.05 else None,
        "instructors": [{"name": f"{first} {last}"} for first, last in people(seed, rng, 5)],
        "topics": _topics(rng),
        **_effort(rng),
        **_product(rng),
    }


def program_index(key: str) -> int | None:
    """Index of the program with this readable id, if it is one that this generator writes."""
    found = re.fullmatch(r"program-v1:xPRO\+[A-Z]+P(\d+)", key)
    return int(found[1]) - 1 if found else None

"""Generated documents of Professional Learning: courses and programs, as its search index has them."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta

from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import Json, days, html, prose, stream_of, title

DEPARTMENTS = (
    ("MIT Professional Education", "https://professional.mit.edu"),
    ("MIT Professional Education", "https://professional.mit.edu"),
    ("MIT CSAIL", "https://csail.mit.edu"),
    ("MIT xPRO", "https://xpro.mit.edu"),
)
TOPICS = (("Technology Innovation", 48), ("AI/Machine Learning", 21), ("Leadership & Organizations", 14), (None, None))
DURATIONS = ("4 Days", "12 meses", "6 Weeks", None)
PRICES = ("$3,500", "$20,000", "$2,500", None)
CREDITS = ("2.6 CEUs", "40.5", None)
PROGRAM_NODES_FROM = 500_000
"""Node numbers of generated programs, clear of those of courses."""


def course(seed: int, index: int, anchor: datetime) -> Json:
    """Course ``index``: up to two runs around ``anchor``; one without dates now and then."""
    rng = stream_of(seed, "prolearn/courses", index)
    return _document(rng, "course", index + 1, anchor, [])


def program(seed: int, index: int, courses: int, anchor: datetime) -> Json:
    """Program ``index`` over courses among the first ``courses``."""
    rng = stream_of(seed, "prolearn/programs", index)
    members = [number + 1 for number in rng.sample(range(courses), k=min(courses, rng.randint(2, 4)))]
    return _document(rng, "program", PROGRAM_NODES_FROM + index, anchor, members)


def _document(rng: random.Random, kind: str, node: int, anchor: datetime, members: list[int]) -> Json:
    name = title(rng)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    department, site = rng.choice(DEPARTMENTS)
    topic, topic_id = rng.choice(TOPICS)
    starts = [anchor + days(rng, -400, 300) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    return {
        "title": name,
        "nid": str(node),
        "url": f"/{slug}-{node}",
        "certificate_name": rng.choice(("Professional Certificate", "Biotechnology & Life Sciences", None)),
        "course_application_url": rng.choice((f"{site}/apply?course={node}", None)),
        "course_link": rng.choice((f"{site}/course-catalog/{slug}", None)),
        "field_course_or_program": kind,
        "start_value": [int(start.timestamp()) for start in starts],
        "end_value": [int((start + timedelta(days=21)).timestamp()) for start in starts],
        "department": department,
        "department_url": site,
        "body": html(rng) if rng.random() > 0.2 else None,
        "body_override": f"<p>{prose(rng, 1)}</p>" if rng.random() < 0.1 else None,
        "field_time_commitment": None,
        "field_duration": rng.choice(DURATIONS),
        "featured_image_url": f"/sites/default/files/images/{slug}.jpg" if rng.random() > 0.2 else None,
        "field_featured_video": None,
        "field_non_degree_credits": rng.choice(CREDITS),
        "field_price": rng.choice(PRICES),
        "field_related_courses_programs": members,
        "related_courses_programs_title": [f"Course {number}" for number in members],
        "ucc_hot_topic": rng.choice((True, False, None)),
        "ucc_name": topic,
        "ucc_tid": topic_id,
        "application_process": None,
        "application_process_override": None,
        "format_name": rng.choice((*words.XPRO_FORMATS, "In person")),
        "image_override_url": None,
        "video_override_url": None,
        "field_new_course_program": rng.random() < 0.2,
        "field_tooltip": "On demand or live",
    }


def course_index(url: str) -> int | None:
    """Index of the course with this path, if it is one that this generator writes."""
    number = _node(url)
    return number - 1 if number is not None else None


def program_index(url: str) -> int | None:
    """Index of the program with this path, if it is one that this generator writes."""
    number = _node(url)
    return number - PROGRAM_NODES_FROM if number is not None else None


def _node(url: str) -> int | None:
    found = re.search(r"-(\d+)$", url)
    return int(found[1]) if found else None

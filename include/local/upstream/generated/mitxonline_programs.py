"""Generated MITx Online programs: requirement trees over courses and over other programs (``sources.md`` 2.4)."""

from __future__ import annotations

import random
import re
from datetime import datetime

from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import Json, html, moment, stream_of, title
from include.local.upstream.generated.mitxonline import (
    CERTIFICATES,
    HOURS,
    LENGTHS,
    MODES,
    PRICES,
    departments,
    effort,
    run_dates,
    spelled,
    topics,
)

COURSES_PER_PROGRAM = 5


def program(seed: int, index: int, courses: int, anchor: datetime) -> Json:
    """Program ``index`` over the first ``courses`` courses; it may contain programs that come before it."""
    rng = stream_of(seed, "mitxonline/programs", index)
    code, department = rng.choice(words.DEPARTMENTS)
    key = f"program-v1:MITxT+{code}.{index + 1:03d}"
    picked = [number + 1 for number in rng.sample(range(courses), k=min(courses, rng.randint(2, COURSES_PER_PROGRAM)))]
    nested = rng.sample(range(index), k=min(index, rng.choice((0, 0, 1, 2))))
    weeks, hours = rng.choice(LENGTHS), rng.choice(HOURS)
    dates = run_dates(rng, "future", anchor) if rng.random() < 0.5 else dict.fromkeys(run_dates(rng, "past", anchor))
    lowest, highest = rng.choice(PRICES)
    split = max(1, len(picked) - 1)
    return {
        "title": f"{code} {title(rng)}",
        "readable_id": key,
        "id": index + 1,
        "courses": picked,
        "requirements": {"required": picked[:split], "electives": picked[split:]},
        "req_tree": _requirements(rng, index + 1, picked[:split], picked[split:], [one + 1 for one in nested]),
        "page": {
            "feature_image_src": rng.choice(("/static/images/mit-dome.png", f"/media/original_images/program_{index + 1}.jpg")),
            "page_url": f"/programs/{key}/" if rng.random() > 0.06 else None,
            "financial_assistance_form_url": "",
            "description": html(rng),
            "live": rng.random() > 0.08,
            "include_in_learn_catalog": rng.random() > 0.1,
            "length": f"{spelled(weeks)} weeks",
            "effort": f"{spelled(hours)} hrs/wk",
            "price": "$175",
        },
        "min_price": lowest,
        "max_price": highest,
        "program_type": rng.choice(("Series", "MicroMasters®")),
        "certificate_type": rng.choice(CERTIFICATES),
        "departments": departments(rng, department),
        "live": True,
        "display_mode": rng.choice(("program", "program", "program", "course", None)),
        "topics": topics(rng),
        "availability": rng.choice(("dated", "anytime")),
        **{field: moment(at) for field, at in dates.items()},
        **effort(weeks, hours),
        "enrollment_modes": rng.choice(MODES),
    }


def _requirements(rng: random.Random, program_id: int, required: list[int], electives: list[int], programs: list[int]) -> list[Json]:
    numbers = iter(range(program_id * 100, program_id * 100 + 100))

    def node(kind: str, children: list[Json] | None = None, **data: object) -> Json:
        base = {"node_type": kind, "operator": None, "operator_value": None, "program": program_id, "course": None}
        base |= {"required_program": None, "title": None, "elective_flag": False}
        made: Json = {"data": base | data, "id": next(numbers)}
        return made if children is None else made | {"children": children}

    core = [node("course", course=one) for one in required] + [node("program", required_program=one) for one in programs]
    if rng.random() < 0.3:
        core = [node("operator", core, operator="all_of", title="Core")]
    groups = [node("operator", core, operator="all_of", title="Required Courses")]
    if electives:
        choice = [node("course", course=one) for one in electives]
        asked = {"operator": "min_number_of", "operator_value": "1", "title": "Électives"}
        groups.append(node("operator", choice, elective_flag=True, **asked))
    return [node("program_root", groups, title="")]


def program_index(key: str) -> int | None:
    """Index of the program with this readable id, if it is one that this generator writes."""
    found = re.fullmatch(r"program-v1:MITxT\+[0-9A-Z]+\.(\d+)", key)
    return int(found[1]) - 1 if found else None

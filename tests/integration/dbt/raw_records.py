"""Records of further feeds that differ by chance, for the sequence of changes of `raw_feed`: (source, stream, key, payload)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

Made = tuple[str, str, str, dict[str, Any]]


def mitpe_resource(chance: random.Random, start: datetime) -> Made:
    """A course that may become a program and the other way round, with titles that several may have."""

    def day() -> str:
        return (start + timedelta(days=chance.randint(-30, 40))).date().isoformat()

    key = f"uuid-{chance.randint(1, 6)}"
    return (
        "mitpe",
        "resources",
        key,
        {
            "uuid": key,
            "title": f"Title &amp; {chance.randint(1, 3)}",
            "description": "<p class='x'>About</p>",
            "url": f"/{key}",
            "resource_type": chance.choice(["Program", "course", ""]),
            "course_certificate": chance.choice(["", "Other|Certificate of Completion"]),
            "courses": chance.choice(["", "Title &amp; 1| Title &amp; 2", "Title &amp; 3|Gone"]),
            "topics": chance.choice(["", "Robotics|Health &amp; Medicine"]),
            "lead_instructors": "",
            "instructors": "Grace|Ada",
            "price": chance.choice(["", "$1,870"]),
            "duration": chance.choice(["3 Days", "6 to 10 Weeks", ""]),
            "run__readable_id": chance.choice(["", "a", "a|b"]),
            "start_date": f"{day()}|{day()}",
            "end_date": f"{day()}|{day()}",
            "enrollment_end_date": chance.choice(["|", f"{day()}|{day()}"]),
        },
    )


def oll_course(chance: random.Random, start: datetime) -> Made:
    """A row of the sheet, whose course may get another id."""
    key = f"MITx+{chance.randint(1, 4)}x+1T2019"
    return (
        "oll",
        "courses",
        key,
        {
            "readable_id": key,
            "OLL Course": chance.choice(["1.1x", f"2.{key[5]}x"]),
            "Offered by": chance.choice(["OCW", "MITx"]),
            "title": "Sheet",
            "url": "https://openlearninglibrary.mit.edu/",
            "description": "",
            "published": chance.choice(["YES", "YES", "NO"]),
            "MITxO Primary Child": chance.choice(["Mathematics ", "Educational Policy", ""]),
        },
    )


MAKERS: tuple[Callable[[random.Random, datetime], Made], ...] = (mitpe_resource, oll_course)

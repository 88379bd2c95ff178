"""Generated courses and offerings of Sloan Executive Education, with the fields of its two lists (``sources.md`` 2.6)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from include.local.upstream.generated.common import Json, days, moment, people, prose, stream_of, title

TOPICS = (
    "Business: Digital Business/IT",
    "Business: Leadership & Organizations",
    "Business: Marketing & Communications",
    "Technology: AI/Machine Learning",
    "Technology: Blockchain",
    "Business: Beekeeping",
    None,
)
WAYS = (
    ("In Person", None, "Cambridge, MA", "2 days", "8 hours/day", "4500.0"),
    ("In Person", None, "Lausanne, Switzerland", "2 days + coaching", "8 hours, 5 days/week", "12900.0"),
    ("Online", "Asynchronous (Date based)", "Online", "6 weeks", "6-8 hours/week", "2950.0"),
    ("Online", "Asynchronous (On-Demand)", None, "30 Days", "6 Hours", "1450.0"),
    ("Online", "Synchronous", "N/A", "3 months", "3 one-week modules", "5100.0"),
    ("Blended", None, "Cambridge, MA + Online", "7 months", None, "39500.0"),
    ("Online", "Asynchronous (Date based)", "Online", None, None, "3200.0"),
)


def course(seed: int, index: int, anchor: datetime) -> Json:
    """Course ``index``; one in fifty has no address."""
    rng = stream_of(seed, "see/courses", index)
    key, name = course_key(index), title(rng)
    changed = anchor - days(rng, 20, 900)
    return {
        "Title": name,
        "Course_Id": key,
        "SourceCreateDate": moment(changed - timedelta(days=400)),
        "SourceLastModifiedDate": moment(changed),
        "Description": prose(rng, 3) if rng.random() > 0.02 else None,
        "Topics": rng.choice(TOPICS),
        "Image_Src": f"https://executive.mit.edu/images/{key}.jpg" if rng.random() > 0.03 else None,
        "BrochureLink": f"https://executive.mit.edu/brochures/{key}.pdf",
        "URL": f"https://executive.mit.edu/course/{key}.html" if rng.random() > 0.02 else "",
        "Certification_Type": rng.choice(("Management and Leadership", "Digital Business", None)),
    }


def offering(seed: int, index: int, courses: int, anchor: datetime) -> Json:
    """Offering ``index`` of one of the ``courses``; a few courses get none, and a few offerings are of no course."""
    rng = stream_of(seed, "see/offerings", index)
    delivery, kind, location, duration, commitment, price = rng.choice(WAYS)
    start = None if kind == "Asynchronous (On-Demand)" else anchor + days(rng, -90, 400)
    of_course = rng.randrange(courses) if rng.random() > 0.03 else courses + index
    is_foreign = rng.random() < 0.02
    return {
        "CO_Title": f"GEN {index + 1}" + (f" {start:%m-%d-%Y}" if start else " On Demand"),
        "Course_Id": course_key(of_course),
        "Start_Date": f"{start:%Y-%m-%d}" if start else None,
        "End_Date": f"{start + timedelta(days=150):%Y-%m-%d}" if start else None,
        "Delivery": delivery,
        "Duration": duration,
        "Price": price,
        "Sprint_Course": "false",
        "Continuing_Ed_Credits": rng.choice(("1.0", "2.0", "2.5", "5.0")),
        "Time_Commitment": commitment,
        "Location": location,
        "Tuition_Cost(non-USD)": price if is_foreign else None,
        "Currency": "CHF" if is_foreign else None,
        "Format": kind,
        "Faculty_Name": ",".join(f"{first} {last}" for first, last in people(seed, rng, 3)) or None,
    }


def course_key(index: int) -> str:
    """Eighteen characters, as Salesforce has them."""
    return f"a056g{index + 1:010d}AAT"


def course_index(key: str) -> int | None:
    """Index of the course with this id, if it is one that this generator writes."""
    found = re.fullmatch(r"a056g(\d{10})AAT", key)
    return int(found[1]) - 1 if found else None


def offering_index(key: str) -> int | None:
    """Index of the offering with this title, if it is one that this generator writes."""
    found = re.match(r"GEN (\d+) ", key)
    return int(found[1]) - 1 if found else None

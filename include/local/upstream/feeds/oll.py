"""Open Learning Library: one public sheet as Google exports it, CSV (``sources.md`` 2.8)."""

from __future__ import annotations

import csv
import io

from starlette.responses import Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, csv_text, whole
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated.common import Json, people, prose, stream_of, title
from include.local.upstream.paths import Edit
from include.local.upstream.refusals import refusal
from include.local.upstream.site import Ask, Site
from include.local.upstream_connections import OLL_SHEET_ID

TOPICS = ("Mathematics", "Digital Learning", "Digital Learning ", "Mechanical Engineering\n", "Educational Policy", "Physics", "Juggling")
PLACE = "https://openlearninglibrary.mit.edu"
TERMS = ("1T2019", "2T2020", "3T2021", "2022_Summer", "T2020")


def _row(world: World, index: int) -> Json:
    """A row of the sheet, all cells texts; two headers are as odd as in the real one."""
    rng = stream_of(world.seed, "oll/courses", index)
    publisher = "OCW" if index % 10 == 9 else "MITx"
    number = f"{rng.randint(1, 24)}.{index + 1:03}x"
    run = f"{publisher}+{number}+{rng.choice(TERMS)}"
    child, second = rng.sample(TOPICS, 2)
    teachers = [" ".join(names) for names in people(world.seed, rng, 6)]
    image = f"{PLACE}/asset-v1:{run}+type@asset+block@course_image.jpg"
    return {
        "OLL Course": number,
        **{f"edX Subject {place}": "Math" if place == 1 else "" for place in (1, 2, 3)},
        "MITxO Primary Parent": "Science & Math",
        "MITxO Primary Child": child,
        "MITxO Adopted Secondary Child ": second if rng.random() > 0.2 else "",
        **{f"OCW Pointer Page Topic {place}": "" for place in (1, 2)},
        **{f"Instructor {place + 1}": teachers[place] if place < len(teachers) else "" for place in range(6)},
        "": "",
        "Level": rng.choice(("Undergraduate", "Undergraduate", "Graduate", "High School", "")),
        "Offered by": publisher,
        "Language": "English",
        "readable_id": run,
        "title": title(rng),
        "url": f"{PLACE}/courses/course-v1:{run}/about",
        "description": "\n\n".join([f'{prose(rng, 2)} It is called "{number}".', prose(rng, 1)]),
        "published": "YES" if rng.random() > 0.05 else "NO",
        "License CC": rng.choice(("YES", "")),
        "Duration": rng.choice(("6", "13", "4.5", "")),
        "Student Effort": rng.choice(("10", "3.5", "12", "")),
        "Course Image URL": image,
        "Course Image URL Flat": image,
    }


def _export(ask: Ask) -> Answer | Response:
    if ask.params["sheet"] != OLL_SHEET_ID or ask.query.get("format") != "csv":
        return refusal(404, "Sorry, the file you have requested does not exist.")
    return whole("courses", render=csv_text, media_type="text/csv")(ask)


def _routes(site: Site) -> list[Route]:
    return [site.get("/spreadsheets/d/{sheet}/export", "courses", _export)]


def _rows(body: bytes) -> list[Json]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


FEED = Feed(
    key="oll",
    title="Open Learning Library",
    routes=_routes,
    streams=(
        Stream(
            "courses",
            _row,
            quantity=Quantity(share=1),
            recorded=("oll_metadata.csv",),
            parse=_rows,
            corruptions=corrupted(missing_key=Edit({"readable_id": ""})),
        ),
    ),
)

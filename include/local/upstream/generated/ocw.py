"""Generated OCW courses: the ``data.json`` tree of one course of the live bucket (``sources.md`` 2.9 and 3.4.1).

They do not depend on the clock, so that a restart never rewrites an object and its LastModified stays.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import (
    Json,
    html,
    people,
    prose,
    stream_of,
    title,
    uid,
)

LICENSE = "https://creativecommons.org/licenses/by-nc-sa/4.0/"
STORAGE = "https://ol-ocw-studio-app-production.s3.amazonaws.com"
PAGES = ("syllabus", "calendar", "readings", "assignments")


def _head(seed: int, index: int) -> tuple[random.Random, dict[str, str], str]:
    """The random stream, the identifying fields and the slug of course ``index``."""
    rng = stream_of(seed, "ocw/courses", index)
    code, _ = rng.choice(words.DEPARTMENTS)
    number = f"{code}.{index + 1:03d}{rng.choice(('', '', '', 'J', 'SC'))}"
    head = {"number": number, "title": title(rng), "term": rng.choice(words.OCW_TERMS), "year": str(rng.randint(2001, 2024))}
    if head["term"] == "" and rng.random() < 0.5:
        head["year"] = ""
    words_of_title = re.sub(r"[^a-z0-9]+", "-", head["title"].lower()).strip("-")
    parts = [re.sub(r"[^a-z0-9]+", "-", number.lower()), words_of_title, head["term"].lower().replace(" ", "-"), head["year"]]
    return rng, head | {"code": code}, "-".join(part for part in parts if part)


def slug(seed: int, index: int) -> str:
    """Folder name of course ``index`` under ``courses/``."""
    return _head(seed, index)[2]


def slug_index(text: str) -> int | None:
    """Index that a slug of this generator carries in its course number."""
    found = re.match(r"[a-z0-9]+-(\d{3,})(?:j|sc)?(?:-|$)", text)
    return int(found[1]) - 1 if found else None


def course_objects(seed: int, index: int) -> Iterator[tuple[str, Json]]:
    """The objects of course ``index`` as (key, JSON): ``data.json`` first, then pages, resources and the content map."""
    rng, head, folder = _head(seed, index)
    root = f"courses/{folder}"
    tags = rng.sample(words.OCW_COURSE_TAGS, k=rng.randint(1, 5))
    levels = rng.choice(words.OCW_LEVELS)
    yield f"{root}/data.json", _course(rng, seed, head, folder, tags, levels)
    children: list[tuple[str, Json]] = []
    for name in rng.sample(PAGES, k=rng.randint(1, 3)):
        children.append((f"{root}/pages/{name}/data.json", _page(rng, name, levels)))
    for number in range(1, rng.randint(2, 6)):
        children.append(_resource(rng, folder, number, rng.choice(tags), levels))
    if "Lecture Videos" in tags:
        children.append(_captions(rng, folder))
    yield from children
    yield f"{root}/content_map.json", {child["uid"]: f"/{key}" for key, child in children}


def _course(rng: random.Random, seed: int, head: dict[str, str], folder: str, tags: list[str], levels: list[str]) -> Json:
    others = [f"{rng.choice(words.DEPARTMENTS)[0]}.{rng.randint(100, 999)}" for _ in range(rng.choice((0, 0, 1, 3)))]
    image = f"{rng.getrandbits(128):032x}_{folder[:40]}.jpg"
    text = html(rng)
    code = "CMS-W" if head["code"] == "21W" and rng.random() < 0.5 else head["code"]
    record: Json = {
        "course_description": prose(rng, 3) + "\n",
        "course_description_html": text,
        "course_image_metadata": _image(rng, f"{STORAGE}/courses/{folder}/{image}"),
        "course_title": head["title"],
        "department_numbers": [code] + ([rng.choice(words.DEPARTMENTS)[0]] if rng.random() < 0.15 else []),
        "extra_course_numbers": ", ".join(others),
        "image_src": f"/courses/{folder}/{image}",
        "instructors": [_instructor(rng, first, last) for first, last in people(seed, rng, 4)],
        "learning_resource_types": tags,
        "legacy_uid": uid(rng),
        "level": levels,
        "primary_course_number": head["number"],
        "site_uid": uid(rng),
        "term": head["term"],
        "title": "Course Metadata",
        "topics": rng.sample(words.OCW_TOPICS, k=rng.randint(1, 3)),
        "year": head["year"],
    }
    if rng.random() < 0.25:
        record["mit_learn_topics"] = rng.sample(words.LEARN_TOPICS, k=rng.randint(1, 2))
    if rng.random() < 0.3:
        record["hide_download"] = rng.random() < 0.5
    if rng.random() < 0.3:
        record["legacy_uid"] = ""
    return record


def _instructor(rng: random.Random, first: str, last: str) -> Json:
    salutation, middle = rng.choice(words.OCW_SALUTATIONS), rng.choice(("", "", "A.", "Kristina"))
    full = " ".join(part for part in (salutation, first, middle, last) if part)
    return {
        "first_name": first,
        "last_name": last,
        "middle_initial": middle,
        "salutation": salutation,
        "title": full if rng.random() > 0.1 else "",
        "uid": uid(rng),
    }


def _image(rng: random.Random, file: str) -> Json:
    return {
        "content_type": "resource",
        "description": f"{prose(rng, 1)} (Image by MIT OCW.)",
        "draft": False,
        "file": file,
        "file_type": "image/jpeg",
        "image_metadata": {"caption": prose(rng, 1), "credit": "", "image-alt": f"Photograph: {title(rng)}."},
        "iscjklanguage": False,
        "license": LICENSE,
        "resourcetype": "Image",
        "title": file.rsplit("/", 1)[-1],
        "uid": uid(rng),
    }


def _page(rng: random.Random, name: str, levels: list[str]) -> Json:
    return {
        "audience": [],
        "content": f"<h3>Course Meeting Times</h3>\n{html(rng)}",
        "content_type": "page",
        "description": prose(rng, 1),
        "draft": False,
        "iscjklanguage": False,
        "learning_resource_types": [],
        "level": levels,
        "title": name.title(),
        "uid": uid(rng),
    }


def _resource(rng: random.Random, folder: str, number: int, tag: str, levels: list[str]) -> tuple[str, Json]:
    is_video = tag == "Lecture Videos"
    name = f"{'lec' if is_video else 'file'}{number:02d}"
    stored = f"{rng.getrandbits(128):032x}_{name}"
    youtube = f"{rng.getrandbits(44):011x}"
    video = {
        "archive_url": f"https://archive.org/download/{folder}/{name}.mp4" if is_video else "",
        "video_captions_file": f"courses/{folder}/{stored}.vtt" if is_video else "",
        "video_thumbnail_file": f"https://img.youtube.com/vi/{youtube}/default.jpg" if is_video else "",
        "video_transcript_file": f"courses/{folder}/{stored}.pdf" if is_video else "",
    }
    return f"courses/{folder}/resources/{name}/data.json", {
        "audience": ["Learners"],
        "body": "",
        "content": html(rng),
        "content_type": "resource",
        "draft": False,
        "file": f"{STORAGE}/courses/{folder}/{stored}.{'mp4' if is_video else 'pdf'}",
        "file_type": "video/mp4" if is_video else "application/pdf",
        "iscjklanguage": False,
        "learning_resource_types": [tag],
        "level": levels,
        "license": LICENSE,
        "resourcetype": "Video" if is_video else "Document",
        "title": f"{title(rng)}, part {number}",
        "uid": uid(rng),
        "video_files": video,
        "video_metadata": {"source": "youtube" if is_video else "", "youtube_id": youtube if is_video else ""},
    }


def _captions(rng: random.Random, folder: str) -> tuple[str, Json]:
    """The caption files that the extraction drops by their title."""
    name = rng.choice(("3play caption file", "3play pdf file"))
    key = f"courses/{folder}/resources/{name.replace(' ', '-')}/data.json"
    return key, {
        "content": "",
        "content_type": "resource",
        "draft": False,
        "file": f"{STORAGE}/courses/{folder}/{rng.getrandbits(128):032x}_captions.vtt",
        "file_type": "text/vtt",
        "iscjklanguage": False,
        "learning_resource_types": [],
        "resourcetype": "Other",
        "title": name,
        "uid": uid(rng),
    }

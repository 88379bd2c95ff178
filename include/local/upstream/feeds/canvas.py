"""Canvas: exported courses as Common Cartridges in the data platform's bucket, each with its metadata (``sources.md`` 2.14).

An edit of a course names its settings (``title``, ``course_code``, ``start_at``, ``conclude_at``); ``hostile`` makes a bad cartridge of
it, one of ``cartridges.HOSTILE``.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Objects, Quantity, World
from include.local.upstream.generated.cartridges import HOSTILE, cartridge, settings_of
from include.local.upstream.generated.common import Json, days, prose, stream_of, title
from include.local.upstream.paths import BadEdit, Edit, apply_edits

ROOT = "canvas/course_content/"
DOMAIN = "canvas.mit.edu"
FIRST_ID = 20_001


def _folder(world: World, index: int) -> str:
    return str(FIRST_ID + index)


def _archive(folder: str) -> str:
    return f"{ROOT}{folder}/course_export.imscc"


def _objects(world: World, index: int) -> Iterator[tuple[str, bytes]]:
    rng = stream_of(world.seed, "canvas/courses", index)
    folder = _folder(world, index)
    start = world.anchor + days(rng, -300, 100)
    settings = {
        "title": title(rng),
        "course_code": f"{rng.randint(1, 24)}.{rng.randint(1, 999):03d}-{rng.choice(('Fall', 'Spring'))}2024",
        "start_at": start.strftime("%Y-%m-%dT%H:%M:%S") if rng.random() < 0.8 else "",
        "conclude_at": (start.replace(year=start.year + 1)).strftime("%Y-%m-%dT%H:%M:%S") if rng.random() < 0.6 else "",
        "default_view": "modules",
    }
    context = {"course_id": folder, "course_name": settings["title"], "canvas_domain": DOMAIN}
    pages = {f"wiki_content/page-{number}.html": f"<html><body><p>{prose(rng, 3)}</p></body></html>" for number in range(1, 4)}
    yield _archive(folder), cartridge(settings, context, pages)
    yield f"{ROOT}{folder}/course_export.metadata.json", orjson.dumps(_metadata(folder, pages))


def _metadata(folder: str, pages: dict[str, str]) -> Json:
    listed = [{"name": name, "html_url": f"https://{DOMAIN}/courses/{folder}/{name}", "published": True} for name in pages]
    return {"course_files": [], "assignments": [], "pages": listed}


def _edit(body: bytes, edit: Edit) -> bytes:
    settings, context, pages = settings_of(body)
    changed = apply_edits(settings, (edit,))
    hostile = changed.pop("hostile", "")
    if hostile and hostile not in HOSTILE:
        raise BadEdit(f"no cartridge is hostile by {hostile!r}; there are {', '.join(HOSTILE)}")
    return cartridge(changed, context, pages, hostile)


FEED = Feed(
    key="canvas",
    title="Canvas",
    objects=Objects(
        bucket="ol-data-lake-landing-zone",
        root=ROOT,
        unit=_folder,
        make=_objects,
        main=_archive,
        streams=("courses",),
        quantity=Quantity(share=1),
        edit=_edit,
        corruptions=corrupted("course_code"),
    ),
)

"""Landing cartridges: the latest of each folder, only what changed, and the hostile ones refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from include.errors import IncompletePage
from include.landing import Manifest, land_source, read_parts, read_rejects, run_key
from include.local.upstream.generated.cartridges import HOSTILE, cartridge
from include.sources.base import Reading
from include.sources.bucket import Bucket
from include.sources.feeds.canvas import PREFIX, latest_archives
from include.sources.feeds.canvas import SOURCE as CANVAS
from tests.support.feeds import at

PAGES = {"wiki_content/page.html": "<html/>"}


class Courses:
    """A bucket of cartridges and the landing zone beside it."""

    def __init__(self, s3: Any, live: str, landing: str) -> None:
        self.s3, self.live, self.landing = s3, live, landing

    def put(self, folder: str, code: str = "1.00", name: str = "export", hostile: str = "", metadata: Any = None, **body: bytes) -> None:
        """An archive, and beside it its metadata."""
        settings = {"title": f"Course {folder}", "course_code": code, "start_at": "2024-09-01T05:00:00", "conclude_at": ""}
        context = {"course_id": folder, "canvas_domain": "canvas.mit.edu"}
        made = body.get("body") or cartridge(settings, context, PAGES, hostile)
        self.s3.put_object(Bucket=self.live, Key=f"{PREFIX}{folder}/{name}.imscc", Body=made)
        if metadata is not None:
            self.s3.put_object(Bucket=self.live, Key=f"{PREFIX}{folder}/{name}.metadata.json", Body=json.dumps(metadata).encode())

    def remove(self, folder: str, name: str = "export") -> None:
        self.s3.delete_object(Bucket=self.live, Key=f"{PREFIX}{folder}/{name}.imscc")

    def land(self, hour: int, client: Bucket | None = None, **more: Any) -> Manifest:
        run = run_key("ingest_canvas", f"hour-{hour}", at(hour))
        upstream = client or Bucket("canvas", self.s3, self.live)
        return land_source(CANVAS, upstream, self.s3, self.landing, run, lambda: at(hour), **more)[-1]

    def lines(self, manifest: Manifest) -> dict[str, Any]:
        return {line["key"]: line for line in (orjson.loads(line) for _, _, line in read_parts(self.s3, self.landing, manifest))}

    def rejects(self, manifest: Manifest) -> dict[str, str]:
        return {reject["key"]: reject["reason"] for reject in read_rejects(self.s3, self.landing, manifest)}


@pytest.fixture
def courses(s3_client: Any, fresh_bucket: Callable[..., str]) -> Courses:
    made = Courses(s3_client, fresh_bucket("d-canvas"), fresh_bucket("d-landing"))
    made.put("155", metadata={"course_files": [{"file_path": "a.pdf"}]})
    made.put("1550", code="2.00")
    return made


def test_a_course_is_what_its_small_files_say(courses: Courses) -> None:
    landed = courses.land(0)
    assert (landed.kind, landed.complete, landed.total) == ("snapshot", True, 2)
    payload = courses.lines(landed)["155"]["payload"]
    assert payload["settings"] | {"title": "", "start_at": ""} == {"title": "", "course_code": "1.00", "start_at": "", "conclude_at": ""}
    assert payload["context"] == {"course_id": "155", "canvas_domain": "canvas.mit.edu"}
    assert payload["metadata"] == {"course_files": [{"file_path": "a.pdf"}]}
    assert payload["settings_xml"].startswith("<?xml")
    assert courses.lines(landed)["1550"]["payload"]["metadata"] is None


def test_the_cartridge_itself_is_not_read(courses: Courses) -> None:
    video = {"web_resources/lecture.bin": "".join(f"{number * 7919 % 104729}" for number in range(900_000))}
    body = cartridge({"title": "Long", "course_code": "3"}, {}, video)
    courses.put("20", body=body)
    upstream = Bucket("canvas", courses.s3, courses.live)
    courses.land(0, upstream)
    assert len(body) > 1_500_000
    assert upstream.log.bytes < len(body)


def test_only_what_changed_is_looked_into(courses: Courses) -> None:
    courses.land(0)
    courses.put("155", code="1.01", metadata={})
    assert courses.lines(courses.land(1))["155"]["payload"]["settings"]["course_code"] == "1.01"
    courses.s3.put_object(Bucket=courses.live, Key=f"{PREFIX}155/export.metadata.json", Body=b'{"pages": []}')
    assert courses.lines(courses.land(2))["155"]["payload"]["metadata"] == {"pages": []}
    assert courses.land(3).total == 0


def test_the_latest_archive_of_a_folder_counts(courses: Courses) -> None:
    listing = [
        {"key": f"{PREFIX}7/{name}", "etag": name, "last_modified": f"2024-09-0{day}T00:00:00Z", "size": 1}
        for name, day in (("a.imscc", 3), ("a.metadata.json", 1), ("b.imscc", 1), ("c.txt", 9))
    ]
    [entry] = latest_archives(listing)
    assert (entry["key"], entry["archive"], entry["metadata"]) == (f"{PREFIX}7/", f"{PREFIX}7/a.imscc", f"{PREFIX}7/a.metadata.json")
    assert list(latest_archives(listing[3:])) == []


def test_a_course_whose_archive_is_gone_is_removed(courses: Courses) -> None:
    courses.land(0)
    courses.remove("155")
    landed = courses.land(1)
    assert courses.lines(landed) == {"155": {"key": "155", "removed": True}}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_cartridge_is_refused_by_name_and_the_rest_continues(courses: Courses, kind: str) -> None:
    courses.put("30", hostile=kind)
    landed = courses.land(0)
    assert landed.complete
    assert courses.lines(landed).keys() == {"155", "1550"}
    assert courses.rejects(landed)["30"].startswith("export.imscc: ")


def test_a_broken_archive_or_metadata_is_refused_by_name(courses: Courses) -> None:
    courses.put("30", body=b"PK no zip")
    courses.put("31")
    courses.s3.put_object(Bucket=courses.live, Key=f"{PREFIX}31/export.metadata.json", Body=b"{")
    rejects = courses.rejects(courses.land(0))
    assert rejects.keys() == {"30", "31"}
    assert "its metadata export.metadata.json is not JSON" in rejects["31"]


def test_one_change_that_is_hostile_leaves_the_course_as_it_was_known(courses: Courses) -> None:
    courses.land(0)
    courses.put("155", hostile="zip_bomb")
    landed = courses.land(1)
    assert (landed.kind, landed.complete, landed.total, landed.rejected) == ("delta", True, 0, 1)
    assert courses.land(2).rejected == 0, "it is looked into again only when it changes again"


def test_an_empty_bucket_is_not_believed(courses: Courses) -> None:
    courses.land(0)
    courses.remove("155")
    courses.remove("1550")
    with pytest.raises(IncompletePage):
        courses.land(1)


def test_an_interrupted_listing_goes_on_after_the_folder(courses: Courses) -> None:
    upstream = Bucket("canvas", courses.s3, courses.live)
    [page] = CANVAS.pages(CANVAS.streams[0], upstream, Reading(lambda: at(0), {"page": 1, "after": f"{PREFIX}155/"}))
    assert [record.key for record in page.records] == [f"{PREFIX}1550/"]

"""A folder of recorded payloads instead of the generator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.local.upstream.feeds import FEEDS
from include.local.upstream.recorded import read_recorded
from tests.support.upstream import HTTP, Running, read_list, read_pages

Upstream = Callable[..., Running]


FILES = {(feed, stream.name): f"{feed}/{stream.recorded[0]}" for feed in ("mitxonline", "xpro") for stream in FEEDS[feed].streams}


def write(folder: Path, file: str, content: Any) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def test_records_come_as_they_are_and_can_be_changed(upstream: Upstream, tmp_path: Path) -> None:
    courses = [{"id": 60 + number, "readable_id": f"course-v1:A+{number}", "title": "Été", "odd": [None]} for number in range(5)]
    page = {"count": 99, "next": "https://elsewhere.example/?page=2", "previous": None, "results": courses}
    write(tmp_path, FILES["mitxonline", "courses"], page)
    write(tmp_path, FILES["xpro", "programs"], [{"readable_id": "program-v1:B", "courses": []}])
    address, control = upstream(data=tmp_path)
    assert read_pages(address, "courses", page_size=2) == courses
    assert HTTP.get(f"{address}/mitxonline/api/v2/courses/62/").json() == courses[2]
    assert read_list(address, "programs") == [{"readable_id": "program-v1:B", "courses": []}]
    control.edit("mitxonline", "courses", {"odd.0": 1}, key="course-v1:A+3")
    control.remove("mitxonline", "courses", index=0)
    assert [record["odd"] for record in read_pages(address, "courses")] == [[None], [None], [1], [None]]


def test_absent_file_is_a_clear_404(upstream: Upstream, tmp_path: Path) -> None:
    address, _ = upstream(data=tmp_path)
    answer = HTTP.get(f"{address}/mitxonline/api/v2/programs/")
    assert answer.status_code == 404
    assert "mitxonline/mitxonline_programs.json" in answer.json()["detail"]


@pytest.mark.parametrize("content", ['{"results": 1}', "3", "<html>"])
def test_file_of_another_shape_is_named(tmp_path: Path, content: str) -> None:
    write(tmp_path, FILES["xpro", "courses"], content)
    with pytest.raises(ValueError, match=r"xpro_courses\.json"):
        read_recorded(tmp_path / "xpro", FEEDS["xpro"].streams[0])


def test_recorded_responses_of_the_publishers(upstream: Upstream, shared_data: Path) -> None:
    folder = shared_data / "upstream"
    address, _ = upstream(data=folder)
    for stream in ("courses", "programs"):
        assert read_pages(address, stream) == json.loads((folder / FILES["mitxonline", stream]).read_text())["results"]
        assert read_list(address, stream) == json.loads((folder / FILES["xpro", stream]).read_text())

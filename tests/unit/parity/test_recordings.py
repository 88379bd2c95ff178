"""Recordings are read through the declarations of the real streams."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.errors import NothingLanded
from include.parity.recorded import Recording, recorded
from include.parity.recordings import datasets
from include.sources.base import Reading, find_stream


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "mitxonline/mitxonline_courses.json", {"count": 1, "next": None, "results": [{"readable_id": "c"}]})
    write(tmp_path / "mitxonline/mitxonline_programs.json", {"results": []})
    write(tmp_path / "xpro/xpro_courses.json", [{"readable_id": "x"}])
    write(tmp_path / "xpro/xpro_programs.json", [])
    write(tmp_path / "ocw/courses/a/data.json", {"course_title": "A"})
    write(tmp_path / "ocw/courses/a/pages/p/data.json", {"title": "P"})
    write(tmp_path / "ocw/courses/a/external-resources/e/data.json", {"title": "not wanted"})
    return tmp_path


def test_the_catalogues_are_read_as_their_streams(folder: Path) -> None:
    payloads = datasets(folder)[0].payloads(folder)
    assert payloads["mitxonline", "courses"] == [{"readable_id": "c"}]
    assert payloads["xpro", "courses"] == [{"readable_id": "x"}]
    assert [record["object_key"] for record in payloads["ocw", "courses"]] == ["courses/a/data.json"]
    assert [record["object_key"] for record in payloads["ocw", "content_files"]] == ["courses/a/pages/p/data.json"]


def test_a_missing_payload_is_named(folder: Path) -> None:
    (folder / "xpro" / "xpro_programs.json").unlink()
    assert ("xpro", "courses") not in datasets(folder)[0].payloads(folder), "nothing is expected of this feed"
    write(folder / "xpro_programs.json", [])
    with pytest.raises(NothingLanded, match="missing") as caught:
        datasets(folder)[0].payloads(folder)
    assert "xpro_programs.json" in str(caught.value.where)


def test_a_record_without_a_key_is_rejected_as_the_source_rejects_it() -> None:
    source = recorded("xpro")
    stream = find_stream(source, "courses")
    [page] = source.pages(stream, Recording([{"readable_id": "a"}, {"title": "b"}]), Reading(lambda: datetime.now(UTC)))
    assert [record.key for record in page.records] == ["a"]
    assert [reject.reason for reject in page.rejects] == ["has no readable_id"]
    assert page.upstream_total == 2

"""The OCW bucket on a real S3 server: filled once, left alone by restarts, changed by command and by archives."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from include.local.upstream.__main__ import main
from include.local.upstream.account import NotOurBucket
from include.local.upstream.app import feed_buckets
from include.local.upstream.bucket import FeedBucket
from include.local.upstream.catalog import Catalog
from include.local.upstream.client import CommandRefused
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store
from tests.support.upstream import Running

Upstream = Callable[..., Running]
MARKER = "_upstream/marker.json"
COURSES = 17
"""Of the 100 resources that these tests ask for."""


@pytest.fixture
def s3_settings(servers: Any) -> tuple[tuple[str, str], ...]:
    return tuple(servers.s3.items())


@pytest.fixture
def bucket(fresh_bucket: Callable[..., str]) -> str:
    return fresh_bucket("b-ocw")


@pytest.fixture
def ocw(upstream: Upstream, s3_settings: Any, bucket: str) -> Callable[..., Running]:
    """A factory of upstreams over one bucket: calling it again is a restart."""

    def start(**settings: Any) -> Running:
        return upstream(**({"resources": 100, "s3": s3_settings, "buckets": {"ocw": bucket}} | settings))

    return start


def ocw_bucket(settings: UpstreamSettings) -> FeedBucket:
    return feed_buckets(settings, Catalog(settings, Store(settings)))["ocw"]


def listing(s3_client: Any, bucket: str, prefix: str = "courses/") -> dict[str, tuple[str, Any]]:
    """ETag and LastModified of every object."""
    pages = s3_client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {item["Key"]: (item["ETag"], item["LastModified"]) for page in pages for item in page.get("Contents", [])}


def course_keys(found: Mapping[str, Any]) -> list[str]:
    return [key for key in found if key.count("/") == 2 and key.endswith("/data.json")]


def read(s3_client: Any, bucket: str, key: str) -> Any:
    return json.loads(s3_client.get_object(Bucket=bucket, Key=key)["Body"].read())


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


def make_archive(path: Path, objects: Mapping[str, Any]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for key, content in objects.items():
            body = json.dumps(content).encode()
            info = tarfile.TarInfo(f"courses/{key}")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return path


def test_filled_once_and_left_alone_by_a_restart(ocw: Upstream, s3_client: Any, bucket: str) -> None:
    ocw()
    before = listing(s3_client, bucket)
    assert len(course_keys(before)) == COURSES
    assert len(before) > 4 * COURSES
    _, control = ocw()
    assert listing(s3_client, bucket) == before
    assert control.wait_until_ready()["buckets"]["ocw"]["units_done"] == COURSES


def test_restart_repairs_what_is_missing_or_foreign(ocw: Upstream, s3_client: Any, bucket: str) -> None:
    ocw()
    before = listing(s3_client, bucket)
    lost = course_keys(before)[0]
    s3_client.delete_object(Bucket=bucket, Key=lost)
    s3_client.put_object(Bucket=bucket, Key="courses/foreign/data.json", Body=b"{}")
    ocw()
    after = listing(s3_client, bucket)
    assert differing(before, after) <= {lost}
    assert after[lost][0] == before[lost][0]


def test_fewer_courses_next_time(ocw: Upstream, s3_client: Any, bucket: str) -> None:
    ocw()
    before = listing(s3_client, bucket)
    ocw(resources=50)
    after = listing(s3_client, bucket)
    assert len(course_keys(after)) == 8
    assert {key: before[key] for key in after} == after


def test_edit_changes_one_object_and_stays_over_a_restart(ocw: Upstream, s3_client: Any, bucket: str) -> None:
    _, control = ocw()
    before = listing(s3_client, bucket)
    slug = course_keys(before)[2].split("/")[1]
    key = control.edit("ocw", "courses", {"course_title": "Neu"}, key=slug)["key"]
    page = control.edit("ocw", "content_files", {"title": "Neu"}, index=0)["key"]
    ocw()
    assert differing(before, listing(s3_client, bucket)) == {key, page}
    assert read(s3_client, bucket, key)["course_title"] == "Neu"
    control.reset()
    assert {key: etag for key, (etag, _) in before.items()} == {key: etag for key, (etag, _) in listing(s3_client, bucket).items()}


def test_add_remove_and_corrupt(ocw: Upstream, s3_client: Any, bucket: str) -> None:
    _, control = ocw()
    before = listing(s3_client, bucket)
    gone = control.remove("ocw", "courses", index=0)["key"].rsplit("/", 1)[0]
    made = control.add("ocw", "courses")["key"]
    control.add("ocw", "courses", {"course_title": "Mine", "site_uid": "1"}, key="mine")
    broken = control.corrupt("ocw", "courses", "not_json", index=1)["key"]
    half = control.corrupt("ocw", "content_files", "truncated_json", index=0)["key"]
    nameless = control.corrupt("ocw", "courses", "missing_key", index=2)["key"]
    ocw()
    after = listing(s3_client, bucket)
    assert len(course_keys(after)) == COURSES + 1
    changed = differing(before, after)
    assert {key for key in changed if key not in after} == {key for key in before if key.startswith(f"{gone}/")}
    assert {key.split("/")[1] for key in changed if key not in before} == {made, "mine"}
    assert {key for key in changed if key in before and key in after} == {broken, half, nameless}
    for key in (broken, half):
        with pytest.raises(json.JSONDecodeError):
            read(s3_client, bucket, key)
    assert "site_uid" not in read(s3_client, bucket, nameless)
    with pytest.raises(CommandRefused, match="409"):
        control.add("ocw", "courses", {}, key="mine")
    with pytest.raises(CommandRefused, match="404"):
        control.edit("ocw", "courses", {"course_title": "x"}, key=gone)


def test_archive_and_its_update(ocw: Upstream, s3_client: Any, bucket: str, tmp_path: Path) -> None:
    _, control = ocw()
    generated = listing(s3_client, bucket)
    first = {
        "one/data.json": {"course_title": "One"},
        "one/pages/syllabus/data.json": {"title": "Syllabus"},
        "one/resources/old/data.json": {"title": "Old"},
        "two/data.json": {"course_title": "Two"},
    }
    loaded = control.load_ocw(make_archive(tmp_path / "first.tar.gz", first))
    assert loaded == {"courses": ["one", "two"], "written": 4, "unchanged": 0, "deleted": 0}
    before = listing(s3_client, bucket)
    update = {"one/data.json": {"course_title": "One, revised"}, "one/pages/syllabus/data.json": {"title": "Syllabus"}}
    loaded = control.load_ocw(make_archive(tmp_path / "update.tar.gz", update))
    assert loaded == {"courses": ["one"], "written": 1, "unchanged": 1, "deleted": 1}
    after = listing(s3_client, bucket)
    assert differing(before, after) == {"courses/one/data.json", "courses/one/resources/old/data.json"}
    ocw()
    assert listing(s3_client, bucket) == after
    control.reset()
    assert set(listing(s3_client, bucket)) == set(generated)


def test_refused_archive_writes_nothing(ocw: Upstream, s3_client: Any, bucket: str, tmp_path: Path) -> None:
    _, control = ocw(resources=10)
    before = listing(s3_client, bucket, "")
    archive = make_archive(tmp_path / "evil.tar.gz", {"fine/data.json": {}, "../../outside.json": {}})
    with pytest.raises(CommandRefused, match="not a path under courses"):
        control.load_ocw(archive)
    assert listing(s3_client, bucket, "") == before


def test_archive_from_the_command_line(
    s3_client: Any, bucket: str, servers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UPSTREAM_S3_ENDPOINT_URL", servers.s3["endpoint_url"])
    monkeypatch.setenv("UPSTREAM_S3_ACCESS_KEY", servers.s3["aws_access_key_id"])
    monkeypatch.setenv("UPSTREAM_S3_SECRET_KEY", servers.s3["aws_secret_access_key"])
    monkeypatch.setenv("UPSTREAM_OCW_BUCKET", bucket)
    archive = make_archive(tmp_path / "a.tar.gz", {"one/data.json": {"course_title": "One"}})
    assert main(["load-ocw", str(archive)]) == 0
    assert "1 courses: 1 objects written" in capsys.readouterr().out
    assert read(s3_client, bucket, "courses/one/data.json") == {"course_title": "One"}
    assert main(["load-ocw", str(tmp_path / "none.tar.gz")]) == 2


def test_recorded_tree(ocw: Upstream, s3_client: Any, bucket: str, tmp_path: Path) -> None:
    course = tmp_path / "ocw" / "courses" / "16-01-fall-2005"
    (course / "pages" / "syllabus").mkdir(parents=True)
    (course / "data.json").write_text('{"course_title":  "As it is"}')
    (course / "pages" / "syllabus" / "data.json").write_text("{}")
    (course / "assn 01.pdf").write_bytes(b"%PDF")
    (course / "link").symlink_to("/etc/passwd")
    ocw()
    ocw(data=tmp_path)
    found = listing(s3_client, bucket)
    root = "courses/16-01-fall-2005"
    assert set(found) == {f"{root}/data.json", f"{root}/pages/syllabus/data.json", f"{root}/assn 01.pdf"}
    body = s3_client.get_object(Bucket=bucket, Key=f"{root}/data.json")["Body"].read()
    assert body == b'{"course_title":  "As it is"}'


def test_archives_at_start(ocw: Upstream, s3_client: Any, bucket: str, tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.tar.gz", {"one/data.json": {"course_title": "One"}})
    _, control = ocw(archives=(archive,))
    assert len(course_keys(listing(s3_client, bucket))) == COURSES + 1
    control.reset()
    assert len(course_keys(listing(s3_client, bucket))) == COURSES + 1


def test_a_bucket_of_somebody_else_is_left_alone(s3_settings: Any, s3_client: Any, bucket: str) -> None:
    s3_client.put_object(Bucket=bucket, Key="courses/theirs/data.json", Body=b"{}")
    before = listing(s3_client, bucket, "")
    upstream = ocw_bucket(UpstreamSettings(s3=s3_settings, buckets={"ocw": bucket}))
    with pytest.raises(NotOurBucket, match=bucket):
        upstream.fill()
    assert listing(s3_client, bucket, "") == before


def test_filling_that_was_cut_off_is_taken_up_again(s3_settings: Any, s3_client: Any, bucket: str) -> None:
    upstream = ocw_bucket(UpstreamSettings(resources=100, s3=s3_settings, buckets={"ocw": bucket}))
    complete = upstream.fill().written
    s3_client.put_object(Bucket=bucket, Key=MARKER, Body=b'{"ours": true}')
    lost = list(listing(s3_client, bucket))[::3]
    for key in lost:
        s3_client.delete_object(Bucket=bucket, Key=key)
    again = upstream.fill()
    assert (again.written, again.unchanged) == (len(lost), complete - len(lost))


def test_the_account_lies_outside_the_courses(ocw: Upstream, s3_client: Any, bucket: str) -> None:
    ocw(resources=10)
    assert [key for key in listing(s3_client, bucket, "") if not key.startswith("courses/")] == [MARKER]


def test_two_real_archives(ocw: Upstream, s3_client: Any, bucket: str, shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "ocw").mkdir()
    _, control = ocw(data=tmp_path)
    loaded = control.load_ocw(shared_data / "ocw" / "live-bucket.tar.gz")
    before = listing(s3_client, bucket)
    assert len(loaded["courses"]) == len(course_keys(before)) == 28
    assert loaded["written"] == len(before)
    update = control.load_ocw(shared_data / "ocw" / "live-bucket-update.tar.gz")
    changed = {key for key in differing(before, listing(s3_client, bucket)) if key in course_keys(before)}
    assert {key.split("/")[1] for key in changed} == set(update["courses"])
    assert len(changed) == 2

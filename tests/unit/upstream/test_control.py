"""Commands: what changes, what stays, what is refused, what a restart keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from include.local.upstream.__main__ import main
from include.local.upstream.client import CommandRefused
from include.local.upstream.settings import UpstreamSettings
from tests.support.upstream import CLOCK, HTTP, Running, read_list, read_pages

Upstream = Callable[..., Running]


def by_key(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {record["readable_id"]: record for record in records}


def test_edit_changes_one_record_only(upstream: Upstream) -> None:
    address, control = upstream()
    before = read_pages(address, "courses")
    key = control.edit("mitxonline", "courses", {"title": "Édité", "page.live": False}, index=3)["key"]
    control.edit("mitxonline", "courses", {"departments.0": "Physics"}, key=key, unset=("topics",))
    after = read_pages(address, "courses")
    assert after[3]["readable_id"] == key == before[3]["readable_id"]
    assert (after[3]["title"], after[3]["page"]["live"], after[3]["departments"][0]) == ("Édité", False, "Physics")
    assert "topics" not in after[3]
    assert after[:3] + after[4:] == before[:3] + before[4:]


def test_edited_course_shows_in_the_programs_of_xpro(upstream: Upstream) -> None:
    address, control = upstream()
    child = read_list(address, "programs")[0]["courses"][0]["readable_id"]
    control.edit("xpro", "courses", {"title": "New name"}, key=child)
    assert by_key(read_list(address, "programs")[0]["courses"])[child]["title"] == "New name"
    control.remove("xpro", "courses", key=child)
    assert child not in by_key(read_list(address, "programs")[0]["courses"])


def test_add_and_remove(upstream: Upstream) -> None:
    address, control = upstream()
    before = read_list(address, "courses")
    made = [control.add("xpro", "courses")["key"] for _ in range(2)]
    control.add("xpro", "courses", {"readable_id": "course-v1:xPRO+MINE", "title": "Mine"})
    gone = control.remove("xpro", "courses", index=0)["key"]
    control.remove("xpro", "courses", key=made[0])
    after = read_list(address, "courses")
    assert [record["readable_id"] for record in after] == [
        *(record["readable_id"] for record in before[1:]), made[1], "course-v1:xPRO+MINE",
    ]  # fmt: skip
    assert gone == before[0]["readable_id"]
    assert control.add("xpro", "courses")["key"] == made[0]
    control.add("xpro", "courses", before[0])
    assert by_key(read_list(address, "courses"))[gone] == before[0]


def test_reset_gives_the_first_bytes_again(upstream: Upstream) -> None:
    address, control = upstream()
    before = HTTP.get(f"{address}/xpro/api/courses/").content
    control.remove("xpro", "courses", index=0)
    control.edit("xpro", "courses", {"title": "x"}, index=0)
    control.clock(advance_seconds=10)
    assert HTTP.get(f"{address}/xpro/api/courses/").content != before
    state = control.reset()
    assert (state["changed"], state["now"]) == ({}, CLOCK.isoformat())
    assert HTTP.get(f"{address}/xpro/api/courses/").content == before


def test_two_upstreams_of_one_seed_send_the_same_bytes(upstream: Upstream) -> None:
    (one, _), (other, _) = upstream(), upstream()
    for path in ("/xpro/api/courses/", "/xpro/api/programs/"):
        assert HTTP.get(one + path).content == HTTP.get(other + path).content
    for stream in ("courses", "programs"):
        assert read_pages(one, stream) == read_pages(other, stream)


def test_clock_closes_enrollment_and_redates_nothing(upstream: Upstream) -> None:
    address, control = upstream()
    before = read_pages(address, "courses")
    assert control.clock(at=CLOCK + timedelta(days=60))["now"] == (CLOCK + timedelta(days=60)).isoformat()
    after = read_pages(address, "courses")

    def dates(courses: list[dict[str, Any]]) -> list[str | None]:
        return [run["start_date"] for course in courses for run in course["courseruns"]]

    def enrollable(courses: list[dict[str, Any]]) -> list[bool]:
        return [run["is_enrollable"] for course in courses for run in course["courseruns"]]

    assert dates(before) == dates(after)
    changed = {pair for pair in zip(enrollable(before), enrollable(after), strict=True) if pair[0] != pair[1]}
    assert changed == {(True, False), (False, True)}


def test_restart_keeps_clock_and_edits(upstream: Upstream, tmp_path: Path) -> None:
    state = tmp_path / "upstream" / "state.json"
    address, control = upstream(state_path=state, clock=None)
    control.edit("mitxonline", "courses", {"title": "Kept"}, index=0)
    control.add("mitxonline", "programs")
    control.remove("xpro", "courses", index=1)
    control.clock(advance_seconds=86_400)
    again, _ = upstream(state_path=state, clock=None)
    for stream in ("courses", "programs"):
        assert read_pages(again, stream) == read_pages(address, stream)
        assert read_list(again, stream) == read_list(address, stream)


@pytest.mark.parametrize(
    ("feed", "stream", "kind", "field"),
    [
        ("mitxonline", "courses", "missing_key", None),
        ("mitxonline", "courses", "date_not_date", "courseruns.0.start_date"),
        ("mitxonline", "programs", "date_not_date", "start_date"),
        ("xpro", "courses", "unknown_platform", "platform"),
        ("xpro", "programs", "price_not_number", "current_price"),
    ],
)
def test_corrupt(upstream: Upstream, feed: str, stream: str, kind: str, field: str | None) -> None:
    address, control = upstream()
    control.corrupt(feed, stream, kind, index=0)
    value: Any = (read_pages if feed == "mitxonline" else read_list)(address, stream)[0]
    if field is None:
        assert "readable_id" not in value
        return
    for part in field.split("."):
        value = value[int(part)] if part.isdecimal() else value[part]
    assert value in ("next spring", "on request", "Udemy")


def test_corrupt_title_is_too_long_for_learn(upstream: Upstream) -> None:
    address, control = upstream()
    control.corrupt("mitxonline", "programs", "long_title", index=0)
    assert len(read_pages(address, "programs")[0]["title"]) > 256


@pytest.mark.parametrize(
    ("command", "body", "status"),
    [
        ("edit", {"feed": "xpro", "stream": "courses", "set": {"title": "x"}}, 400),
        ("edit", {"feed": "xpro", "stream": "courses", "index": 0, "set": {"a.b": 1}}, 400),
        ("edit", {"feed": "xpro", "stream": "courses", "index": 0, "set": {"courseruns.99.id": 1}}, 400),
        ("edit", {"feed": "xpro", "stream": "courses", "index": 0, "unset": ["nothing"]}, 400),
        ("edit", {"feed": "xpro", "stream": "courses", "index": 10_000, "set": {}}, 404),
        ("edit", {"feed": "xpro", "stream": "courses", "key": "nobody", "set": {}}, 404),
        ("edit", {"feed": "xpro", "stream": "videos", "index": 0, "set": {}}, 404),
        ("edit", {"feed": "xpro", "stream": "courses", "index": 0, "sett": {}}, 400),
        ("edit", {"feed": "nobody", "stream": "courses", "index": 0}, 400),
        ("corrupt", {"feed": "mitxonline", "stream": "courses", "index": 0, "kind": "unknown_platform"}, 400),
        ("remove", {"feed": "ocw", "stream": "courses", "index": 0}, 503),
        ("clock", {}, 400),
        ("clock", {"at": "2024-01-01T00:00:00"}, 400),
        ("fault", {"feed": "xpro", "kind": "slow", "requests": 0}, 400),
        ("explode", {}, 404),
    ],
)
def test_refused_commands_change_nothing(upstream: Upstream, command: str, body: dict[str, Any], status: int) -> None:
    address, control = upstream(resources=50)
    before = control.state()
    answer = HTTP.post(f"{address}/control/{command}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert control.state() == before


def test_adding_a_key_twice_is_refused(upstream: Upstream) -> None:
    address, control = upstream()
    with pytest.raises(CommandRefused, match="409"):
        control.add("xpro", "courses", read_list(address, "courses")[0])


def test_description_lists_commands_and_faults(upstream: Upstream) -> None:
    address, _ = upstream(resources=10)
    told = HTTP.get(f"{address}/control").json()
    assert {"edit", "add", "remove", "clock", "fault", "corrupt", "reset", "state", "load_ocw"} == set(told["commands"])
    assert "page_skipped" in told["faults"]


def test_commands_need_the_token(upstream: Upstream) -> None:
    address, control = upstream(resources=10, control_token="sesame")
    assert control.state()["seed"] == 1
    for headers in ({}, {"X-Control-Token": "wrong"}):
        assert HTTP.post(f"{address}/control/reset", json={}, headers=headers).status_code == 401
        assert HTTP.get(f"{address}/control", headers=headers).status_code == 401
        assert HTTP.get(f"{address}/control/requests", headers=headers).status_code == 401
    assert read_list(address, "courses")


def test_a_web_page_cannot_command(upstream: Upstream) -> None:
    address, _ = upstream(resources=10)
    answer = HTTP.post(f"{address}/control/reset", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_feed_asks_for_its_key(upstream: Upstream) -> None:
    address, control = upstream(resources=10, secrets={"mitxonline": "secret"})
    control.fault("mitxonline", "server_error")
    path = f"{address}/mitxonline/api/v2/courses/"
    assert HTTP.get(path).status_code == 401
    assert HTTP.get(path, headers={"Authorization": "Api-Key wrong"}).status_code == 403
    assert HTTP.get(path, headers={"Authorization": "Api-Key secret"}).status_code == 500
    assert HTTP.get(path, headers={"Authorization": "Api-Key secret"}).status_code == 200


def test_command_line_refuses_other_hosts_without_a_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("UPSTREAM_CONTROL_TOKEN", raising=False)
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert "UPSTREAM_CONTROL_TOKEN" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [("UPSTREAM_RESOURCES", "many"), ("UPSTREAM_RESOURCES", "-1"), ("UPSTREAM_CLOCK", "noon"), ("UPSTREAM_DATA", "/no/folder")],
)
def test_settings_name_the_variable_or_value_that_is_wrong(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name}|{value}"):
        UpstreamSettings.from_env({name: value})

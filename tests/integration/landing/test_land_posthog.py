"""Landing exports of PostHog: each row group once, rewritten exports again, nothing but the views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from include.errors import SchemaDrift
from include.landing import Manifest, land_source, land_stream, read_parts, read_rejects, run_key
from include.local.upstream.feeds.posthog import parquet_of
from include.sources.bucket import Bucket
from include.sources.feeds.posthog import PREFIX
from include.sources.feeds.posthog import SOURCE as POSTHOG
from tests.support.feeds import MemoryState, at


def event(number: int, properties: Any, **more: Any) -> dict[str, Any]:
    """A row of an export."""
    text = properties if isinstance(properties, str) else orjson.dumps(properties).decode()
    moment = datetime(2024, 9, 1, tzinfo=UTC) + timedelta(seconds=number)
    return {"uuid": str(UUID(int=number)), "timestamp": moment, "event": "lrd_open", "properties": text, **more}


def view(number: int, resource: Any) -> dict[str, Any]:
    return event(number, {"resource": {"id": resource}, "$ip": "203.0.113.7"})


class Exports:
    """A bucket of exports and the landing zone beside it."""

    def __init__(self, s3: Any, live: str, landing: str) -> None:
        self.s3, self.live, self.landing = s3, live, landing

    def put(self, name: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.live, Key=PREFIX + name, Body=body)

    def land(self, hour: int, **more: Any) -> Manifest:
        run = run_key("ingest_posthog", f"hour-{hour}", at(hour))
        return land_source(POSTHOG, Bucket("posthog", self.s3, self.live), self.s3, self.landing, run, lambda: at(hour), **more)[-1]

    def payloads(self, manifest: Manifest) -> dict[str, Any]:
        lines = (orjson.loads(line) for _, _, line in read_parts(self.s3, self.landing, manifest))
        return {line["key"].removeprefix(PREFIX): line["payload"] for line in lines}

    def viewed(self, manifest: Manifest) -> dict[str, list[int]]:
        return {key: [found["resource_id"] for found in payload["views"]] for key, payload in self.payloads(manifest).items()}


@pytest.fixture
def exports(s3_client: Any, fresh_bucket: Callable[..., str]) -> Exports:
    return Exports(s3_client, fresh_bucket("d-posthog"), fresh_bucket("d-landing"))


def test_views_are_landed_by_row_groups_and_nothing_else_of_a_visitor(exports: Exports) -> None:
    other = event(61, {"$ip": "203.0.113.7", "resource": None})
    exports.put("a.parquet", parquet_of([view(number, 5) for number in range(60)] + [other, event(62, {"learning_resource_id": "7"})]))
    landed = exports.land(0)
    payloads = exports.payloads(landed)
    assert {key: (each["rows"], len(each["views"])) for key, each in payloads.items()} == {
        "a.parquet#0.0": (50, 50),
        "a.parquet#1.0": (12, 11),
    }
    assert payloads["a.parquet#1.0"]["views"][-1] == {
        "event_uuid": str(UUID(int=62)),
        "event_date": "2024-09-01T00:01:02Z",
        "resource_id": 7,
    }
    assert b"203.0.113.7" not in orjson.dumps(payloads)


def test_only_new_and_rewritten_exports_are_read(exports: Exports) -> None:
    exports.put("a.parquet", parquet_of([view(1, 1)]))
    exports.put("b.parquet", parquet_of([view(2, 2)]))
    exports.land(0)
    exports.put("b.parquet", parquet_of([view(2, 2), view(3, 3)]))
    exports.put("c.parquet.zst", parquet_of([view(4, 4)]))
    exports.put("manifest.json", b"{}")
    assert exports.viewed(exports.land(1)) == {"b.parquet#0.0": [2, 3], "c.parquet.zst#0.0": [4]}
    assert exports.land(2).total == 0


def test_rows_that_cannot_be_counted_are_told(exports: Exports) -> None:
    rows = [
        view(1, 1),
        view(2, "all"),
        view(3, 1) | {"uuid": "none"},
        event(4, '{"resource": '),
        view(5, 2**40),
        view(6, 1) | {"timestamp": None},
    ]
    exports.put("a.parquet", parquet_of(rows))
    [payload] = exports.payloads(exports.land(0)).values()
    assert [found["resource_id"] for found in payload["views"]] == [1]
    assert (payload["unreadable_rows"], [each["row"] for each in payload["unreadable"]]) == (5, [2, 3, 4, 5, 6])


def test_an_export_that_is_no_parquet_is_rejected_and_the_rest_continues(exports: Exports) -> None:
    exports.put("a.parquet", b"PAR1 is how it should begin")
    exports.put("b.parquet", parquet_of([view(1, 1)]))
    landed = exports.land(0)
    assert exports.viewed(landed) == {"b.parquet#0.0": [1]}
    [reject] = read_rejects(exports.s3, exports.landing, landed)
    assert (reject["key"], "parquet" in reject["reason"]) == (PREFIX + "a.parquet", True)


def test_an_export_without_its_columns_is_drift(exports: Exports) -> None:
    exports.put("a.parquet", parquet_of([{"uuid": "1", "properties": "{}"}]))
    with pytest.raises(SchemaDrift, match="timestamp"):
        exports.land(0)


def test_a_killed_read_goes_on_with_the_next_export(exports: Exports) -> None:
    for name in ("a", "b", "c"):
        exports.put(f"{name}.parquet", parquet_of([view(ord(name) * 100 + number, 1) for number in range(60)]))
    inventory, views = POSTHOG.streams
    run = run_key("ingest_posthog", "killed", at(0))
    client = Bucket("posthog", exports.s3, exports.live)
    arguments = (client, exports.s3, exports.landing, run, lambda: at(0))
    land_stream(POSTHOG, inventory, *arguments)
    state = MemoryState()

    class Killed(Exception):
        pass

    def die(value: Any) -> None:
        MemoryState.set(state, value)
        if value and value["cursor"]["after"].endswith("b.parquet"):
            raise Killed

    state.set = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        land_stream(POSTHOG, views, *arguments, resume_state=state, part_bytes=1)
    del state.set  # type: ignore[method-assign]
    landed = land_stream(POSTHOG, views, *arguments, resume_state=state, part_bytes=1)
    assert [len(ids) for ids in exports.viewed(landed).values()] == [50, 10] * 3


def test_the_recorded_export(exports: Exports, shared_data: Path) -> None:
    exports.put("test_data.parquet.zst", (shared_data / "upstream" / "posthog" / "test_data.parquet.zst").read_bytes())
    [payload] = exports.payloads(exports.land(0)).values()
    assert {found["resource_id"] for found in payload["views"]} == {3235}
    assert (len(payload["views"]), payload["views"][0]["event_date"]) == (4, "2025-08-28T15:20:10.403000Z")

"""The demo's comparison of the landing with the raw versions, and how a difference is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from include.landing.keys import part_key, rejects_key, run_key
from include.landing.manifest import Manifest, RejectsInfo
from include.landing.store import put_manifest, put_part
from include.local.report import Comparison, landed_keys

FIRST = datetime(2024, 9, 10, tzinfo=UTC)


class Landing:
    """Lands small streams, one run a day."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self.s3, self.bucket, self.days = s3, bucket, 0

    def land(self, kind: str, *keys: str, complete: bool = True, removed: tuple[str, ...] = (), rejected: tuple[str, ...] = ()) -> None:
        at = FIRST + timedelta(days=self.days)
        self.days += 1
        run = run_key("ingest_ocw", f"manual__{self.days}", at)
        lines = [orjson.dumps({"key": key, "payload": {}}) for key in keys] + [
            orjson.dumps({"key": key, "removed": True}) for key in removed
        ]
        parts = (put_part(self.s3, self.bucket, part_key("ocw", "courses", run, 0), lines),) if lines else ()
        rejects = None
        if rejected:
            told = [orjson.dumps({"reason": "r", "where": "w", "sample": "s", "key": key}) for key in rejected]
            stored = put_part(self.s3, self.bucket, rejects_key("ocw", "courses", run), told)
            rejects = RejectsInfo(key=stored.key, sha256=stored.sha256, records=len(rejected))
        put_manifest(
            self.s3,
            self.bucket,
            Manifest(
                source="ocw",
                stream="courses",
                run=run,
                kind=kind,
                started_at=at,
                finished_at=at,
                parts=parts,
                rejects=rejects,
                total=len(lines),
                upstream_total=None,
                complete=complete,
                cursor_before=None,
                cursor_after=None,
                baseline=None,
                code_version="test",
                requests={},
            ),
        )

    @property
    def keys(self) -> set[str]:
        return set(landed_keys(self.s3, self.bucket, "ocw", "courses"))


def test_a_complete_snapshot_is_all_there_is(s3_client: Any, fresh_bucket: Callable[..., str]) -> None:
    landing = Landing(s3_client, fresh_bucket())
    landing.land("snapshot", "a", "b")
    landing.land("snapshot", "b", "c")
    assert landing.keys == {"b", "c"}


def test_an_incomplete_snapshot_removes_nothing(s3_client: Any, fresh_bucket: Callable[..., str]) -> None:
    landing = Landing(s3_client, fresh_bucket())
    landing.land("snapshot", "a", "b")
    landing.land("snapshot", "c", complete=False)
    assert landing.keys == {"a", "b", "c"}


def test_a_rejected_record_keeps_its_last_good_version(s3_client: Any, fresh_bucket: Callable[..., str]) -> None:
    landing = Landing(s3_client, fresh_bucket())
    landing.land("snapshot", "a", "b")
    landing.land("snapshot", "b", rejected=("a", "never seen"))
    assert landing.keys == {"a", "b"}


def test_changes_add_and_remove(s3_client: Any, fresh_bucket: Callable[..., str]) -> None:
    landing = Landing(s3_client, fresh_bucket())
    landing.land("delta", "a", "b")
    landing.land("delta")
    landing.land("delta", "c", removed=("a",))
    assert landing.keys == {"b", "c"}


def test_a_difference_is_told_with_its_keys() -> None:
    differing = Comparison("ocw", "the catalogue", "what was delivered", frozenset("abcdefg"), frozenset("ax"))
    assert not differing.agrees
    assert differing.difference() == "ocw: 6 only in the catalogue (b, c, d, e, f, ...); 1 only in what was delivered (x)"
    assert Comparison("ocw", "l", "r", frozenset("ab"), frozenset("ba")).agrees

"""SIGKILL in the middle of landing: the next attempt ends with the same keys and bytes as an undisturbed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.landing import find_manifests, read_parts
from tests.conftest import Servers
from tests.support.killed import PAGES, run_killed, work


def objects(s3: Any, bucket: str) -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {entry["Key"]: s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read() for entry in listed}


@pytest.mark.parametrize(
    "kill",
    [*({"put": n, "after": after} for n in (3, 6) for after in (False, True)), {"event": "event=page_landed", "nth": 2}],
    ids=lambda kill: "-".join(f"{name}={value}" for name, value in kill.items()),
)
def test_a_killed_landing_ends_as_if_undisturbed(
    servers: Servers, s3_client: Any, fresh_bucket: Callable[..., str], tmp_path: Path, kill: dict[str, Any]
) -> None:
    bucket, quiet = fresh_bucket("d"), fresh_bucket("d")
    task = {"do": "land", "s3": servers.s3}
    work(task | {"bucket": quiet, "state": str(tmp_path / "quiet")})
    disturbed = task | {"bucket": bucket, "state": str(tmp_path / "disturbed")}
    assert run_killed(disturbed | {"kill": kill}) == -9
    last_put = len(PAGES) + 1
    committed = kill.get("put") == last_put and kill["after"]
    assert bool(find_manifests(s3_client, bucket, "mitxonline")) == committed, "half a landing is not believed"
    work(disturbed)
    assert objects(s3_client, bucket) == objects(s3_client, quiet)
    [manifest] = find_manifests(s3_client, bucket, "mitxonline")
    assert len(list(read_parts(s3_client, bucket, manifest))) == sum(map(len, PAGES))

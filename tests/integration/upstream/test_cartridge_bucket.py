"""The bucket of Canvas: cartridges that are good until a command makes one hostile."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from include.local.upstream.client import CommandRefused
from include.local.upstream.feeds.canvas import FIRST_ID, ROOT
from include.local.upstream.generated.cartridges import HOSTILE, SETTINGS
from include.sources.imscc import MANIFEST, BadCartridge, Cartridge, leaves
from tests.support.upstream import Running

FOLDER = str(FIRST_ID)


def test_a_command_changes_a_course_or_makes_its_cartridge_hostile(
    upstream: Callable[..., Running], servers: Any, fresh_bucket: Callable[..., str], s3_client: Any
) -> None:
    bucket = fresh_bucket("b-canvas")
    _, control = upstream(resources=100, s3=tuple(servers.s3.items()), buckets={"canvas": bucket})
    control.wait_until_ready()

    def settings() -> dict[str, str]:
        body = s3_client.get_object(Bucket=bucket, Key=f"{ROOT}{FOLDER}/course_export.imscc")["Body"].read()
        cartridge = Cartridge(io.BytesIO(body), len(body))
        cartridge.check_xml(MANIFEST, "manifest")
        return leaves(cartridge.xml(SETTINGS)[1])

    assert settings()["title"]
    control.edit("canvas", "courses", {"title": "Another"}, key=FOLDER)
    assert settings()["title"] == "Another"
    with pytest.raises(CommandRefused, match="zip_bomb"):
        control.edit("canvas", "courses", {"hostile": "nothing like it"}, key=FOLDER)
    for kind in HOSTILE:
        control.reset()
        control.wait_until_ready()
        control.edit("canvas", "courses", {"hostile": kind}, key=FOLDER)
        with pytest.raises(BadCartridge):
            settings()

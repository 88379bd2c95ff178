"""Stacks beside that of `make up`: a home and free ports of their own, written down so that other processes find them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from include.local.settings import Ports, Settings

PLACE = "place.json"


def make_settings(home: Path, **given: Any) -> Settings:
    """A new stack in ``home``; other processes find it through ``settings_in``.

    :param given: plain fields of ``Settings``, as `upstream_resources`.
    """
    settings = Settings(home=home, ports=Ports.free(), **given)
    home.mkdir(parents=True, exist_ok=True)
    (home / PLACE).write_text(json.dumps({"ports": asdict(settings.ports), "given": given}))
    return settings


def settings_in(home: Path) -> Settings:
    """The stack that ``make_settings`` made in this home."""
    place = json.loads((home / PLACE).read_text())
    return Settings(home=home, ports=Ports(**place["ports"]), **place["given"])

"""The stack that is measured: a home and ports of its own, so that nothing of ``make up`` is touched."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from include.local.settings import ROOT, Ports, Settings

HOME = ROOT / ".local" / "bench"
PLACE = "bench.json"


def make_settings(resources: int, home: Path = HOME) -> Settings:
    """A new stack with an upstream of that many resources; its processes find it again through ``settings_in``."""
    settings = Settings(home=home, ports=Ports.free(), upstream_resources=resources)
    home.mkdir(parents=True, exist_ok=True)
    (home / PLACE).write_text(json.dumps({"resources": resources, "ports": asdict(settings.ports)}))
    return settings


def settings_in(home: Path) -> Settings:
    """The stack whose place was written by ``make_settings``."""
    place = json.loads((home / PLACE).read_text())
    return Settings(home=home, ports=Ports(**place["ports"]), upstream_resources=place["resources"])

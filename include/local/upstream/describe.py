"""What ``GET /control`` tells: the commands with their fields, and which faults and corruptions there are, where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.local.upstream import corruptions
from include.local.upstream.commands import Command
from include.local.upstream.faults import KINDS, applies
from include.local.upstream.feeds import FEEDS


def described(commands: Mapping[str, type[Command]]) -> dict[str, Any]:
    """Commands with the JSON Schema of their bodies, kinds of faults, kinds of corruptions, feeds with their streams."""
    return {
        "commands": {name: {"says": model.__doc__, "body": model.model_json_schema()} for name, model in commands.items()},
        "faults": {name: {"says": kind.says, "options": kind.options, "streams": _where(name)} for name, kind in KINDS.items()},
        "corruptions": corruptions.KINDS,
        "feeds": _feeds(),
    }


def _where(kind: str) -> list[str]:
    names = ((feed, stream.name) for feed in FEEDS.values() for stream in feed.streams)
    return [f"{feed.key}/{name}" for feed, name in names if applies(kind, feed, name)]


def _feeds() -> dict[str, list[str]]:
    in_buckets = {key: list(feed.objects.streams) for key, feed in FEEDS.items() if feed.objects}
    return {key: [stream.name for stream in feed.streams] for key, feed in FEEDS.items()} | in_buckets

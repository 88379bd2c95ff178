"""Settings of the sandbox upstream, read from ``UPSTREAM_*`` variables once at start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class UpstreamSettings:
    """What a sandbox upstream is made of.

    :param seed: the generator's seed: same seed, clock and number, same bytes.
    :param resources: the size of the sandbox: each stream has its share of it (``feed.Quantity``).
    :param counts: ``<feed>/<stream>`` -> number of generated records, where it is not the stream's share (tests of paging).
    :param clock: the moment around which runs are dated, UTC; ``None`` means that of the first start, kept in ``state_path``.
    :param data: folder of recorded payloads (``<feed>/<file>``); replaces the generator.
    :param archives: archives in the layout of ``live-bucket.tar.gz`` that are loaded into the OCW bucket at start.
    :param state_path: JSON file that keeps the clock and the edits over a restart.
    :param s3: arguments of ``boto3.client("s3", ...)``; empty means that there are no feeds in buckets.
    :param buckets: feed -> name of its bucket, where it is not the feed's own choice.
    :param mitxonline_app_dsn: database that is kept equal to the feed `mitxonline`, as the application's own; empty: none.
    :param secrets: feed -> the key that it asks its callers for, or their OAuth2 client secret.
    """

    seed: int = 1
    resources: int = 300
    counts: Mapping[str, int] = field(default_factory=dict)
    clock: datetime | None = None
    data: Path | None = None
    archives: tuple[Path, ...] = ()
    state_path: Path | None = None
    s3: tuple[tuple[str, str], ...] = ()
    buckets: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    mitxonline_app_dsn: str = ""
    control_token: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> UpstreamSettings:
        """Read the ``UPSTREAM_*`` variables; a value that makes no sense raises ``ValueError`` naming the variable."""
        values = os.environ if env is None else env
        data = Path(values["UPSTREAM_DATA"]) if values.get("UPSTREAM_DATA") else None
        if data is not None and not data.is_dir():
            raise ValueError(f"UPSTREAM_DATA={data} is not a folder")
        archives = tuple(Path(part) for part in values.get("UPSTREAM_OCW_ARCHIVES", "").split(os.pathsep) if part)
        return cls(
            seed=_whole_number(values, "UPSTREAM_SEED", 1, lowest=None),
            resources=_whole_number(values, "UPSTREAM_RESOURCES", 300, lowest=0),
            clock=parse_moment(values["UPSTREAM_CLOCK"]) if values.get("UPSTREAM_CLOCK") else None,
            data=data,
            archives=archives,
            state_path=Path(values["UPSTREAM_STATE"]) if values.get("UPSTREAM_STATE") else None,
            s3=_s3_arguments(values),
            buckets=_per_feed(values, "BUCKET"),
            secrets=_per_feed(values, "SECRET"),
            mitxonline_app_dsn=values.get("UPSTREAM_MITXONLINE_APP_DSN", ""),
            control_token=values.get("UPSTREAM_CONTROL_TOKEN", ""),
        )


def _per_feed(values: Mapping[str, str], what: str) -> dict[str, str]:
    """Feed -> value of ``UPSTREAM_<FEED>_<what>``, where it is set."""
    matches = ((re.fullmatch(rf"UPSTREAM_([A-Z0-9_]+)_{what}", name), value) for name, value in values.items())
    return {found[1].lower(): value for found, value in matches if found and value}


def _whole_number(values: Mapping[str, str], name: str, default: int, lowest: int | None) -> int:
    text = values.get(name) or str(default)
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"{name}={text!r} is not a whole number") from None
    if lowest is not None and number < lowest:
        raise ValueError(f"{name}={number} is below {lowest}")
    return number


def _s3_arguments(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if not values.get("UPSTREAM_S3_ENDPOINT_URL"):
        return ()
    return (
        ("endpoint_url", values["UPSTREAM_S3_ENDPOINT_URL"]),
        ("aws_access_key_id", values.get("UPSTREAM_S3_ACCESS_KEY", "")),
        ("aws_secret_access_key", values.get("UPSTREAM_S3_SECRET_KEY", "")),
        ("region_name", values.get("UPSTREAM_S3_REGION", "us-east-1")),
    )


def parse_moment(text: str) -> datetime:
    """An ISO moment as an aware UTC datetime; one without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO date and time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

"""Settings of the sandbox upstream, read from ``UPSTREAM_*`` variables once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SPLIT_PERCENT: dict[tuple[str, str], int] = {
    ("mitxonline", "courses"): 55,
    ("mitxonline", "programs"): 5,
    ("xpro", "courses"): 20,
    ("xpro", "programs"): 3,
    ("ocw", "courses"): 17,
}
"""How ``UPSTREAM_RESOURCES`` is divided over the streams, in per cent."""


@dataclass(frozen=True)
class UpstreamSettings:
    """What a sandbox upstream is made of.

    :param seed: the generator's seed: same seed, clock and number, same bytes.
    :param resources: number of generated resources, all streams together.
    :param clock: the moment around which runs are dated, UTC; ``None`` means that of the first start, kept in ``state_path``.
    :param data: folder of recorded payloads (``<source>/<file>.json``); replaces the generator.
    :param archives: archives in the layout of ``live-bucket.tar.gz`` that are loaded into the OCW bucket at start.
    :param state_path: JSON file that keeps the clock and the edits over a restart.
    :param s3: arguments of ``boto3.client("s3", ...)``; empty means that there is no OCW feed.
    """

    seed: int = 1
    resources: int = 300
    clock: datetime | None = None
    data: Path | None = None
    archives: tuple[Path, ...] = ()
    state_path: Path | None = None
    s3: tuple[tuple[str, str], ...] = ()
    ocw_bucket: str = "ocw-content-live"
    control_token: str = ""
    mitxonline_api_key: str = ""

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
            ocw_bucket=values.get("UPSTREAM_OCW_BUCKET") or "ocw-content-live",
            control_token=values.get("UPSTREAM_CONTROL_TOKEN", ""),
            mitxonline_api_key=values.get("UPSTREAM_MITXONLINE_API_KEY", ""),
        )


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


def split_resources(total: int) -> dict[tuple[str, str], int]:
    """Divide ``total`` resources over the streams as ``SPLIT_PERCENT`` says.

    The parts always add up to ``total``; from 10 resources on every stream has at least one.
    """
    counts = {stream: total * percent // 100 for stream, percent in SPLIT_PERCENT.items()}
    by_remainder = sorted(SPLIT_PERCENT, key=lambda stream: -(total * SPLIT_PERCENT[stream] % 100))
    for stream in by_remainder[: total - sum(counts.values())]:
        counts[stream] += 1
    if total >= 10:
        for stream in [stream for stream, count in counts.items() if count == 0]:
            counts[stream] = 1
            counts["mitxonline", "courses"] -= 1
    return counts

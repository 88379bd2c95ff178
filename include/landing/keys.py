"""Object keys of the landing zone: a function of the DAG run, so that a retry writes the same ones."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime

ROOT = "raw"
MANIFEST_NAME = "_manifest.json"
RUN_ID_LENGTH = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_RUN_KEY = re.compile(r"^(\d{8})T\d{6}Z_[A-Za-z0-9_.-]+$")


def run_key(dag_id: str, run_id: str, at: datetime) -> str:
    """The key of a DAG run: sorts by ``at`` (UTC), has only ``[A-Za-z0-9_.-]``, and differs for different runs.

    :param at: the moment that the run is for; fixed for a run (not the present), and aware.
    """
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    readable = _UNSAFE.sub("-", run_id)[:RUN_ID_LENGTH]
    digest = hashlib.sha256(f"{dag_id}\0{run_id}".encode()).hexdigest()[:8]
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}_{readable}_{digest}"


def run_date(run: str) -> date:
    """The UTC date that a run key begins with. ValueError for anything that ``run_key`` did not make."""
    match = _RUN_KEY.match(run)
    if not match:
        raise ValueError(f"not a run key: {run!r}")
    return datetime.strptime(match.group(1), "%Y%m%d").replace(tzinfo=UTC).date()


def stream_prefix(source: str, stream: str) -> str:
    """Prefix of everything that was landed of a stream; ends with a slash."""
    return f"{ROOT}/source={source}/stream={stream}/"


def run_prefix(source: str, stream: str, run: str) -> str:
    """Prefix of the objects of one run of a stream; ends with a slash."""
    return f"{stream_prefix(source, stream)}date={run_date(run).isoformat()}/run={run}/"


def part_key(source: str, stream: str, run: str, number: int) -> str:
    """Key of a part."""
    return f"{run_prefix(source, stream, run)}part-{number:05d}.jsonl.gz"


def rejects_key(source: str, stream: str, run: str) -> str:
    """Key of the list of rejects of a run."""
    return f"{run_prefix(source, stream, run)}rejects-00000.jsonl.gz"


def manifest_key(source: str, stream: str, run: str) -> str:
    """Key of the manifest: the commit of a run."""
    return f"{run_prefix(source, stream, run)}{MANIFEST_NAME}"

"""The landing zone: immutable raw parts in S3, and the manifest that makes them count (architecture.md 4)."""

from include.landing.keys import run_date, run_key
from include.landing.land import NoState, ResumeState, land_source, land_stream
from include.landing.manifest import Manifest, PartInfo, RejectsInfo
from include.landing.store import find_manifests, read_manifest, read_parts, read_rejects

__all__ = [
    "Manifest",
    "NoState",
    "PartInfo",
    "RejectsInfo",
    "ResumeState",
    "find_manifests",
    "land_source",
    "land_stream",
    "read_manifest",
    "read_parts",
    "read_rejects",
    "run_date",
    "run_key",
]

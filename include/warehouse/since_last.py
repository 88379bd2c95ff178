"""What a snapshot has in other parts than the snapshot that was loaded last: often one part of a hundred.

The same lines make the same part, so a part with the digest of one that is loaded holds nothing new, and nobody has to read it. What is
gone can only be in the parts that the earlier snapshot had and this one has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Cursor

from include.landing.manifest import Manifest, PartInfo
from include.landing.store import read_manifest
from include.sources.base import Stream

WORTHWHILE = 0.5
"""Of a snapshot's records, how many may be in other parts: beyond, reading both sides costs more than reading this snapshot whole."""


@dataclass(frozen=True)
class SinceLast:
    """Parts of a snapshot that the one before it had not, and the other way round; ``landed`` counts the records of the one before."""

    added: tuple[PartInfo, ...]
    dropped: tuple[PartInfo, ...]
    landed: int


def since_last(cursor: Cursor[Any], s3: Any, bucket: str, manifest: Manifest, stream: Stream, expansion: int) -> SinceLast | None:
    """The difference to what was loaded last, None where only the whole manifest tells what has to be known.

    That is so when one of the two does not say everything (rejected records, parts that were not read, a limit), when a newer one is
    loaded, and when a record that is missing would have to be counted (``removed_after``).
    """
    if not _says_everything(manifest):
        return None
    row = cursor.execute(
        "select manifest_key, landed from ops.loads as latest where source = %(source)s and stream = %(stream)s"
        " and (observed_at, manifest_key) < (%(observed_at)s, %(key)s) and rejected = 0 and expansion = %(expansion)s"
        " and not exists (select from ops.absences as absent where absent.manifest_key = latest.manifest_key)"
        " and not exists (select from ops.loads as newer where newer.source = latest.source and newer.stream = latest.stream"
        " and (newer.observed_at, newer.manifest_key) > (latest.observed_at, latest.manifest_key))",
        {
            "source": manifest.source,
            "stream": manifest.stream,
            "observed_at": manifest.started_at,
            "key": manifest.key,
            "expansion": expansion,
        },
    ).fetchone()
    if row is None:
        return None
    before = read_manifest(s3, bucket, row[0])
    if before is None or not _says_everything(before):
        return None
    known, wanted = ({part.sha256 for part in each.parts} for each in (before, manifest))
    added = tuple(part for part in manifest.parts if part.sha256 not in known)
    dropped = tuple(part for part in before.parts if part.sha256 not in wanted)
    if (dropped and stream.removed_after > 1) or sum(part.records for part in added) > WORTHWHILE * manifest.total:
        return None
    return SinceLast(added, dropped, row[1])


def _says_everything(manifest: Manifest) -> bool:
    return manifest.kind == "snapshot" and manifest.complete and manifest.rejects is None and not manifest.unread

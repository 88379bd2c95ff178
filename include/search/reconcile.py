"""Is the index what Learn's Postgres says? A full comparison of ids and documents, in bounded memory, and the repair of what differs.

The documents of the index are read and compared, not the ledger's word for them. What looks different at first is looked at a second
time, the index before the database: what a delivery or a sync changed in between is named in the outbox, or equal by then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import psycopg
from more_itertools import chunked
from opensearchpy import NotFoundError, OpenSearch

from include.search import ledger
from include.search.canonical import differing_fields, digest
from include.search.client import typed_errors
from include.search.documents import Document, Lookups, build_documents, read_lookups
from include.search.merge import merged
from include.search.names import QUERYABLE_TYPES, serving_alias
from include.search.reading import Found, read_all
from include.search.statements import statement

log = logging.getLogger(__name__)

BATCH = 500
KEPT = timedelta(days=30)
INDEX = "index"


@dataclass(frozen=True)
class Difference:
    """What is not as it should be.

    :ivar kind: ``missing``; ``extra``; ``stale``: made from an earlier state of Learn; ``wrong``: not what the ledger says was written;
        ``refused``: missing because the index rejected it. An extra one with ``fields`` lies where no resource's document could be.
    :ivar key: the document's id in the index, the unit's key in Postgres.
    :ivar fields: where it differs.
    :ivar version: of the document in the index.
    """

    target: str
    kind: str
    resource_type: str
    key: str
    title: str = ""
    fields: tuple[str, ...] = ()
    version: int = 0
    is_repaired: bool = False


@dataclass(frozen=True)
class Reconciling:
    """What a comparison of the index is given. ``connection`` to Learn's database is switched to autocommit."""

    connection: psycopg.Connection[Any]
    client: OpenSearch
    prefix: str
    run_key: str
    clock: Callable[[], datetime]
    app_base_url: str


def reconcile_index(reconciling: Reconciling, *, repair: bool = False) -> int:
    """Compare every type; write the differences into ``pipelines.reconciled_difference``. Returns how many there are.

    :param repair: also put them into the outbox, and forget what the ledger says of them, so that the next sync mends them.
    :raises SearchUnavailable: the server did not answer.
    """
    reconciling.connection.autocommit = True
    total = 0
    with typed_errors(reconciling.run_key):
        lookups = read_lookups(reconciling.connection, reconciling.app_base_url)
        forget_old(reconciling.connection, reconciling.clock())
        for index_type in QUERYABLE_TYPES:
            for some in chunked(compare_type(reconciling, index_type, lookups), BATCH):
                found = _mend(reconciling, index_type, some) if repair else some
                record(reconciling.connection, reconciling.run_key, reconciling.clock(), found)
                total += len(found)
    log.info("index_reconciled run_key=%s differences=%d repaired=%s", reconciling.run_key, total, repair)
    return total


def compare_type(reconciling: Reconciling, index_type: str, lookups: Lookups) -> Iterator[Difference]:
    """The differences of one index, in the order of the resources' ids, documents that no resource could have first."""
    alias = serving_alias(reconciling.prefix, index_type)
    odd: list[Found] = []
    suspects = _suspects(reconciling, index_type, alias, lookups, odd)
    for ids in chunked(suspects, BATCH):
        yield from _look_again(reconciling, index_type, alias, ids, lookups)
    for some in chunked(odd, BATCH):
        there = _get(reconciling.client, alias, [found.document_id for found in some])
        for found in some:
            if found.document_id in there:
                yield Difference(INDEX, "extra", index_type, found.document_id, str(found.source.get("title", "")), ("id",))


def _suspects(reconciling: Reconciling, index_type: str, alias: str, lookups: Lookups, odd: list[Found]) -> Iterator[int]:
    expected = ((number, digest(orjson.loads(each.text))) for number, each in _expected(reconciling, index_type, lookups))
    held = ((number, digest(found.source)) for number, found in _held(reconciling.client, alias, odd))
    for number, one, other in merged(expected, held):
        if one != other:
            yield number


def _expected(reconciling: Reconciling, index_type: str, lookups: Lookups) -> Iterator[tuple[int, Document]]:
    after = 0
    while True:
        parameters = {"index_type": index_type, "after": after, "limit": BATCH}
        rows = reconciling.connection.execute(statement("rebuild/next_resources"), parameters).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield from sorted(build_documents(reconciling.connection, [number for number, _ in rows], lookups).items())


def _held(client: OpenSearch, alias: str, odd: list[Found]) -> Iterator[tuple[int, Found]]:
    try:
        for found in read_all(client, alias):
            if found.resource_id is None:
                odd.append(found)
            else:
                yield found.resource_id, found
    except NotFoundError:
        log.warning("index_absent alias=%s", alias)


def _look_again(reconciling: Reconciling, index_type: str, alias: str, ids: list[int], lookups: Lookups) -> Iterator[Difference]:
    there = _get(reconciling.client, alias, [str(number) for number in ids])
    documents = build_documents(reconciling.connection, ids, lookups)
    rows = reconciling.connection.execute(statement("reconcile/context"), {"ids": ids}).fetchall()
    for number, held_hash, is_pending, refusal in rows:
        found, document = there.get(str(number)), documents.get(number)
        if is_pending:
            continue
        seen = Difference(INDEX, "extra", index_type, str(number), version=found["_version"] if found else 0)
        if document is None or document.resource_type != index_type:
            if found:
                misplaced: tuple[str, ...] = ("resource_type",) if document else ()
                yield replace(seen, title=str(found["_source"].get("title", "")), fields=misplaced)
            continue
        source = orjson.loads(document.text)
        seen = replace(seen, title=source["title"])
        if found is None:
            yield replace(seen, kind="refused" if refusal else "missing")
        elif fields := differing_fields(source, found["_source"]):
            yield replace(seen, kind="wrong" if held_hash == document.digest else "stale", fields=tuple(fields))


def _get(client: OpenSearch, alias: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The documents as they are at this moment, refreshed or not."""
    try:
        answer = client.mget(index=alias, body={"ids": list(ids)})
    except NotFoundError:
        return {}
    return {each["_id"]: each for each in answer["docs"] if each.get("found")}


def _mend(reconciling: Reconciling, index_type: str, differences: list[Difference]) -> list[Difference]:
    """Let the next sync mend the differences; what no sync would ever touch is deleted here. Returns them with what became of them."""
    alias, connection, now = serving_alias(reconciling.prefix, index_type), reconciling.connection, reconciling.clock()
    misplaced = [each for each in differences if each.kind == "extra" and each.fields]
    for each in misplaced:
        with suppress(NotFoundError):
            reconciling.client.delete(index=alias, id=each.key)
    ordinary = [each for each in differences if each not in misplaced and each.kind != "refused"]
    there = [each for each in ordinary if each.kind != "missing"]
    with connection.transaction():
        connection.execute(
            statement("reconcile/forget"),
            {
                "ids": [int(each.key) for each in there],
                "types": [index_type] * len(there),
                "versions": [each.version for each in there],
                "run_key": reconciling.run_key,
                "now": now,
            },
        )
        missing = [int(each.key) for each in ordinary if each.kind == "missing"]
        connection.execute("delete from pipelines.indexed_document where resource_id = any(%s)", [missing])
        resources = [(int(each.key), index_type) for each in ordinary]
        ledger.reenqueue(connection, resources, "reconcile", reconciling.run_key, now)
    return [replace(each, is_repaired=each.kind != "refused") for each in differences]


def record(connection: psycopg.Connection[Any], run_key: str, now: datetime, differences: Sequence[Difference]) -> None:
    """Write differences down, where ``summary`` and a person find them."""
    rows = [
        {
            "run_key": run_key,
            "target": each.target,
            "kind": each.kind,
            "resource_type": each.resource_type,
            "key": each.key,
            "title": each.title,
            "fields": list(each.fields),
            "is_repaired": each.is_repaired,
            "now": now,
        }
        for each in differences
    ]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(statement("reconcile/record"), rows)


def forget_old(connection: psycopg.Connection[Any], now: datetime) -> None:
    """Differences of runs longer ago than a month."""
    connection.execute("delete from pipelines.reconciled_difference where found_at < %s", [now - KEPT])


def count_left(connection: psycopg.Connection[Any], run_key: str) -> int:
    """Differences of a run that nothing mends by itself."""
    row = connection.execute(
        "select count(*) from pipelines.reconciled_difference where run_key = %s and not is_repaired", [run_key]
    ).fetchone()
    return int(row[0]) if row else 0


def report(connection: psycopg.Connection[Any], run_key: str, most: int = 50) -> str:
    """What a run found, as Markdown: the counts, then the first differences of each kind."""
    counted = connection.execute(statement("reconcile/summary"), {"run_key": run_key}).fetchall()
    if not counted:
        return "Marts, Postgres and index agree."
    shown = connection.execute(statement("reconcile/shown"), {"run_key": run_key, "most": most}).fetchall()
    return "\n\n".join(
        (
            _table(("in", "type", "difference", "number", "repaired"), counted),
            _table(("in", "type", "difference", "key", "title", "fields"), [(*row[:5], ", ".join(row[5])) for row in shown]),
        )
    )


def _table(heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)

"""Reading the marts: the gate, and the way of their rows into Learn's database without a stop in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from psycopg import sql
from psycopg.abc import Buffer

from include.delivery.columns import Received
from include.delivery.statements import Link
from include.errors import NotPublished

BLOCK_BYTES = 64 * 1024


def pass_through(warehouse: Link, learn: Link, schema: str, table: Received, keys: list[str] | None = None) -> int:
    """Stream a mart's rows, of some units or of all, into its session table; returns the bytes passed."""
    cut = sql.SQL(" where {} = any({})").format(sql.Identifier(table.key), sql.Literal(keys)) if keys is not None else sql.SQL("")
    read, written = (sql.SQL(", ").join(map(sql.Identifier, names)) for names in (table.columns, table.names))
    source = sql.SQL("copy (select {} from {}{}) to stdout").format(read, sql.Identifier(schema, table.mart), cut)
    target = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table.into), written)
    passed = 0
    with warehouse.cursor() as reader, learn.cursor() as writer, reader.copy(source) as rows, writer.copy(target) as sink:
        for block in _joined(rows):
            sink.write(block)
            passed += len(block)
    return passed


def _joined(rows: Iterable[Buffer]) -> Iterator[bytes]:
    """Rows come one by one; to send them so would cost as much as to read them."""
    waiting = bytearray()
    for row in rows:
        waiting += row
        if len(waiting) >= BLOCK_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def require_published(warehouse: Link, run_key: str, mart: str) -> None:
    """The gate between transformation and delivery.

    :raises NotPublished: the marts are being rebuilt, or their last build failed or was never finished.
    """
    state = warehouse.execute("select state, building_run from ops.mart_state where mart = %s", [mart]).fetchone()
    if state is None or state[0] != "published":
        raise NotPublished(
            f"The marts are not published: run {state[1]} is building them, or failed." if state else "The marts were never published.",
            run=run_key,
            where=f"ops.mart_state, mart {mart}",
            what_to_do=f"Let that run of transform_{mart} finish, or clear what failed in it; publishing triggers the delivery.",
        )

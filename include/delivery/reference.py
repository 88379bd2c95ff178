"""Bring Learn's reference tables to the state of the versioned taxonomy (the seeds of the dbt project).

Rows are matched by what identifies them, never by what they are called alone; ids do not change; what editors added stays. Of the
seeds' rows only mappings are ever removed, and only those that this delivery made or found (sources.md 4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from psycopg import sql

from include.delivery import statements
from include.delivery.columns import Received
from include.delivery.marts import pass_through
from include.delivery.model import DeliverySettings, ReferenceResult
from include.delivery.sessions import exclusive_writer, in_transaction, snapshot
from include.delivery.statements import Link, Names
from include.errors import ContractBroken

log = logging.getLogger(__name__)

SEEDS = {
    "platforms": Received("platforms", "seed_platform", ("code", "name", "url", "is_edx", "has_content_files")),
    "offerors": Received(
        "offerors",
        "seed_offeror",
        (
            "code",
            "name",
            "professional",
            "offerings",
            "audience",
            "formats",
            "fee",
            "certifications",
            "content_types",
            "more_information",
            "value_prop",
            "display_facet",
        ),
    ),
    "schools": Received("schools", "seed_school", ("id", "name", "url")),
    "departments": Received("departments", "seed_department", ("department_id", "name", "school_id")),
    "topics": Received("topics", "seed_topic", ("topic_uuid", "name", "parent_name", "icon")),
    "mappings": Received("topic_mappings", "seed_mapping", ("offeror_code", "topic_name", "mapped_to")),
}


def deliver_reference(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    settings: DeliverySettings | None = None,
) -> dict[str, ReferenceResult]:
    """Deliver the seeds in one transaction; returns counts per kind. Unchanged seeds write nothing.

    :raises ContractBroken: a seed is empty, or names a parent, school, topic or offeror that does not exist.
    :raises NotPublished: the seeds were never built, or are being replaced.
    :raises LearnBusy: locks or connections; worth another try.
    """
    settings = settings or DeliverySettings()
    tables = tuple(("reference", seed.mart) for seed in SEEDS.values())
    with exclusive_writer(learn_conn, settings, run_key), snapshot(warehouse_conn, settings, tables):
        now = clock()

        def work() -> dict[str, ReferenceResult]:
            _drop_session_tables(learn_conn)
            statements.run(learn_conn, statements.read("reference_tables"), {}, {})
            for seed in SEEDS.values():
                pass_through(warehouse_conn, learn_conn, "reference", seed)
            _refuse_broken_seeds(learn_conn, run_key)
            parameters = {"now": now, "run_key": run_key}
            names: Names = {"offerors": statements.find("reference_offeror_rows", "offerors").compose({})}
            return {kind: _write(learn_conn, kind, seed, parameters, names) for kind, seed in SEEDS.items()} | {
                "dependents": ReferenceResult(
                    enqueued=learn_conn.execute(statements.find("reference_dependents", "enqueue").compose({}), parameters).rowcount
                )
            }

        results = in_transaction(learn_conn, settings, "reference data", run_key, work)
        _drop_session_tables(learn_conn)
    for kind, result in results.items():
        log.info(
            "event=reference_delivered run=%s kind=%s considered=%s inserted=%s updated=%s deleted=%s enqueued=%s",
            run_key,
            kind,
            result.considered,
            result.inserted,
            result.updated,
            result.deleted,
            result.enqueued,
        )
    return results


def _write(connection: Link, kind: str, seed: Received, parameters: dict[str, object], names: Names) -> ReferenceResult:
    written = {
        statement.name: connection.execute(statement.compose(names), parameters).rowcount
        for statement in statements.read(f"reference_{kind}")
    }
    considered = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(seed.into))).fetchone()
    return ReferenceResult(
        considered=considered[0] if considered else 0,
        inserted=written["insert"],
        updated=written.get("update", 0),
        deleted=written.get("delete", 0),
    )


def _refuse_broken_seeds(connection: Link, run_key: str) -> None:
    broken = connection.execute(statements.find("checks", "broken_seeds").compose({})).fetchall()
    if broken:
        raise ContractBroken(
            "The seeds do not hold together: " + "; ".join(f"{what}: {which}" for what, which in broken),
            source="reference",
            run=run_key,
            where="warehouse schema reference",
            what_to_do="Correct include/dbt/seeds, load them (transform_catalog), and deliver again.",
        )


def _drop_session_tables(connection: Link) -> None:
    for statement in statements.read("reference_tables"):
        connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("pg_temp", statement.name)))

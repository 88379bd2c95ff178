"""What the deliveries of the catalogue and of the news have in common: a session, a plan under the guard, units chunk by chunk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import sql

from include.delivery import statements
from include.delivery.chunk import Chunk, Delivery
from include.delivery.columns import Received
from include.delivery.guard import CATALOG_CAP, Cap, over_cap
from include.delivery.marts import pass_through, require_published
from include.delivery.model import ALL_ON, DeliveryResult, DeliverySettings, Modes, Release
from include.delivery.place import LIVE, SHADOW, Place
from include.delivery.sessions import exclusive_writer, in_transaction, snapshot
from include.delivery.statements import Link, Names

log = logging.getLogger(__name__)

# Chunks whose keys are asked for together: each question is a transaction, and at its end all session tables are emptied.
CHUNKS_AT_ONCE = 20
TOLD = ("considered", "inserted", "updated", "unpublished", "held_back", "rejected", "unchanged", "attached", "rows_written")


@dataclass(frozen=True)
class Subject:
    """What is delivered: marts that are published together, and the SQL files that compare them with Learn.

    :ivar mart: its key in ``ops.mart_state``.
    :ivar units: the mart of the units, received as ``incoming_unit``.
    :ivar others: the other marts that are read.
    :ivar temp_tables: file of the session tables.
    :ivar plan: file that makes ``planned_unit`` of ``incoming_unit``.
    :ivar sources: file with the questions ``known_sources`` and ``leaving_per_source``.
    :ivar phases: kinds of chunks by number, in their order.
    :ivar names: what ``temp_tables`` is filled in with.
    """

    mart: str
    units: Received
    others: tuple[Received, ...]
    temp_tables: str
    plan: str
    sources: str
    phases: Mapping[int, str]
    names: Names = field(default_factory=dict)
    cap: Cap = CATALOG_CAP

    @property
    def tables(self) -> tuple[tuple[str, str], ...]:
        """Every table of the warehouse that such a delivery reads."""
        return (("ops", "mart_state"), *(("marts", received.mart) for received in (self.units, *self.others)))


@contextmanager
def session(
    subject: Subject,
    warehouse: Link,
    learn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    settings: DeliverySettings | None,
    modes: Modes = ALL_ON,
    place: Place = LIVE,
) -> Iterator[Delivery]:
    """The one delivery that writes to ``place``, on one view of published marts. Both connections must be idle."""
    settings = settings or DeliverySettings()
    with exclusive_writer(learn, settings, run_key, place), snapshot(warehouse, settings, subject.tables):
        require_published(warehouse, run_key, subject.mart)
        try:
            yield Delivery(warehouse, learn, run_key, clock(), settings, modes, "shadow" if place == SHADOW else "on")
        finally:
            _drop_session_tables(learn, subject)


def make_plan(
    delivery: Delivery, subject: Subject, release: Release, before: Callable[[], None] = lambda: None
) -> dict[str, DeliveryResult]:
    """Fill ``planned_unit``, hold back what the guard says, open the run in the ledger; returns what is known per source.

    :param before: fills what the comparison needs besides the units.
    """
    learn = delivery.learn
    _drop_session_tables(learn, subject)
    statements.run(learn, statements.read(subject.temp_tables), {}, subject.names)

    def fill() -> None:
        learn.execute("truncate incoming_unit")
        learn.execute("drop table if exists pg_temp.planned_unit")
        pass_through(delivery.warehouse, learn, "marts", subject.units)
        learn.execute("analyze incoming_unit")
        before()
        known = [source for (source,) in asked(delivery, subject.sources, "known_sources")]
        taken = [source for source in known if not delivery.passes_over(source)]
        parameters = {"now": delivery.now, "taken": taken}
        if delivery.mode == "on":
            _note_modes(delivery, known)
        statements.run(learn, [statements.find("modes", "forget_incoming")], parameters, {})
        statements.run(learn, statements.read(subject.plan), parameters, {})
        statements.run(learn, [statements.find("modes", "forget_planned")], parameters, {})
        _guard(delivery, subject, release, taken)

    in_transaction(learn, delivery.settings, "plan", delivery.run_key, fill)
    opened = learn.execute(
        "select etl_source, considered, held_back, rejected from delivery_run where run_key = %s", [delivery.run_key]
    ).fetchall()
    return {
        source: DeliveryResult(considered=considered, held_back=held_back, rejected=rejected)
        for source, considered, held_back, rejected in opened
    }


def _note_modes(delivery: Delivery, feeds: Sequence[str]) -> None:
    modes = [delivery.modes.of(feed) for feed in feeds]
    parameters = {"feeds": feeds, "modes": modes, "now": delivery.now, "run_key": delivery.run_key}
    switched = [feed for (feed,) in asked(delivery, "modes", "switched_on", **parameters)]
    if switched:
        log.info("event=feeds_switched_on run=%s feeds=%s", delivery.run_key, ",".join(switched))
        steps = [statements.find("modes", name) for name in ("adopt_units", "adopt_items")]
        statements.run(delivery.learn, steps, {"switched": switched}, {})
    statements.run(delivery.learn, [statements.find("modes", "note_modes")], parameters, {})


def _guard(delivery: Delivery, subject: Subject, release: Release, known: Sequence[str]) -> None:
    parameters = {
        "known": known,
        "released": known if release.sources is True else list(release.sources or ()),
        "decided_by": release.by,
        "now": delivery.now,
        "run_key": delivery.run_key,
    }
    first, *others = statements.read("guard")
    statements.run(delivery.learn, [first], parameters, {})
    held = []
    for source, leaving, published, present in asked(delivery, subject.sources, "leaving_per_source"):
        if over_cap(leaving, published, present, subject.cap):
            held.append(source)
            log.warning("event=removals_held source=%s leaving=%s published=%s", source, leaving, published)
    for statement in others:
        statements.run(delivery.learn, [statement], {**parameters, "sources": held}, {})


def planned_chunks(delivery: Delivery, subject: Subject, chunk_units: int, young: Collection[str] = ()) -> Iterator[Chunk]:
    """The chunks in order of delivery. Keys are read as they are needed: the last ones when the others are written.

    :param young: sources whose new rows are told to be older than they are.
    """
    for phase, source, _units in asked(delivery, "chunk", "planned_groups"):
        after = ""
        while keys := _keys(delivery, phase=phase, source=source, after=after, units=chunk_units * CHUNKS_AT_ONCE):
            for first in range(0, len(keys), chunk_units):
                yield Chunk(subject.phases[phase], source, keys[first : first + chunk_units], backdate=source in young)
            after = keys[-1]


def _keys(delivery: Delivery, **parameters: object) -> list[str]:
    return [key for (key,) in asked(delivery, "chunk", "planned_keys", **parameters)]


def asked(delivery: Delivery, file: str, name: str, **parameters: object) -> list[tuple[Any, ...]]:
    """The answer of Learn's database to a question of ``sql/<file>.sql``."""
    return delivery.learn.execute(statements.find(file, name).compose({}), parameters).fetchall()


def finish(delivery: Delivery, results: Mapping[str, DeliveryResult]) -> None:
    """Close the run in the ledger, and tell what it did."""
    parameters = {"run_key": delivery.run_key, "now": delivery.now}
    statements.run(delivery.learn, [statements.find("counts", "finish_run")], parameters, {})
    for source, result in results.items():
        told = " ".join(f"{name}={getattr(result, name)}" for name in TOLD)
        log.info("event=delivered run=%s source=%s %s", delivery.run_key, source, told)


def _drop_session_tables(connection: Link, subject: Subject) -> None:
    if connection.closed:
        return
    names = [statement.name for statement in statements.read(subject.temp_tables)]
    for name in (*names, "planned_unit"):
        connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("pg_temp", name)))

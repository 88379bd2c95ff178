"""A delivery that writes nothing of Learn: it works on copies in its own session, and what it changed there is told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from include.delivery import difference, statements
from include.delivery.deliver import CATALOG, deliver_units
from include.delivery.model import ALL_ON, DeliverySettings, Modes, Release
from include.delivery.place import DRY_RUN
from include.delivery.planning import session
from include.delivery.statements import Link


@dataclass(frozen=True)
class Change:
    """What would become of some units of a source: `added`, `changed`, `removed`, `held back`; ``lines`` of the table tell it."""

    source: str
    change: str
    units: int
    lines: int

    def __str__(self) -> str:
        return f"{self.source}: {self.units} {self.change}" + (f" in {self.lines} fields" if self.change == "changed" else "")


def dry_run(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    release_removals: bool | Collection[str] = False,
    modes: Modes = ALL_ON,
    chunk_units: int = 1000,
    settings: DeliverySettings | None = None,
) -> list[Change]:
    """Write what ``deliver`` would do into ``pipelines.dry_run_difference``, and nothing else.

    Parameters and errors are those of ``include.delivery.deliver``. A repeated call with the same key replaces its lines.
    """
    with session(CATALOG, warehouse_conn, learn_conn, run_key, clock, settings, modes, DRY_RUN) as delivery:
        learn, parameters = delivery.learn, {"run_key": run_key, "now": delivery.now}
        deliver_units(delivery, chunk_units, Release(release_removals, "dry run"))
        difference.make_tables(learn)
        statements.run(learn, [statements.find("difference", "written_units")], parameters, {})
        difference.compare(learn, DRY_RUN.schemas, "staying_units")
        with learn.transaction():
            learn.execute("delete from pipelines.dry_run_difference where run_key = %s", [run_key])
            steps = [statements.find("difference", name) for name in ("forget_dry_runs", "record_dry_run")]
            statements.run(learn, steps, parameters, {})
        told = learn.execute(statements.find("difference", "summarize_dry_run").compose({}), parameters).fetchall()
    return [Change(*row) for row in told]

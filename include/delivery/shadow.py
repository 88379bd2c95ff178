"""Deliver beside Learn's tables, and tell how what we would show agrees with what Learn's own loaders wrote: the way to a cut-over.

The shadow is a schema of ours with tables like Learn's, filled from nothing by the same statements. Learn's own tables are only read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from include.delivery import difference, statements
from include.delivery.deliver import CATALOG, deliver_units
from include.delivery.model import DeliverySettings, Modes, Release
from include.delivery.place import SHADOW
from include.delivery.planning import session
from include.delivery.statements import Link

log = logging.getLogger(__name__)

SAMPLES = 100
"""Differences that are kept of each feed and field."""


@dataclass(frozen=True)
class Parity:
    """Records of a feed that are shown: the same, with other content (``fields``: by field), with Learn only, with us only."""

    equal: int
    different: int
    missing: int
    extra: int
    fields: Mapping[str, int]

    def __str__(self) -> str:
        by_field = ", ".join(f"{field} {units}" for field, units in sorted(self.fields.items(), key=lambda item: (-item[1], item[0])))
        differing = f"{self.different} different" + (f" ({by_field})" if by_field else "")
        return f"{self.equal} equal, {differing}, {self.missing} missing, {self.extra} extra"


def deliver_shadow(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    modes: Modes,
    *,
    chunk_units: int = 1000,
    settings: DeliverySettings | None = None,
) -> dict[str, Parity]:
    """Bring the shadow to the state of the marts, for the feeds in the mode ``shadow``; returns how each agrees with Learn.

    The counts are kept in ``pipelines.parity_report``, samples of the newest in ``pipelines.parity_difference``. Nobody mourns the shadow:
    the guard on removals does not hold there. Errors are those of ``include.delivery.deliver``.
    """
    reports = {}
    with session(CATALOG, warehouse_conn, learn_conn, run_key, clock, settings, modes, SHADOW) as delivery:
        learn = delivery.learn
        for source in deliver_units(delivery, chunk_units, Release(sources=True, by="shadow")):
            difference.make_tables(learn)
            parameters = {"run_key": run_key, "now": delivery.now, "source": source, "samples": SAMPLES}
            statements.run(learn, [statements.find("difference", "shadow_units")], parameters, {})
            difference.compare(learn, SHADOW.schemas, "units_of_both", left_out=difference.STAFFS)
            with learn.transaction():
                row = learn.execute(statements.find("difference", "record_parity").compose({}), parameters).fetchone()
                steps = [statements.find("difference", name) for name in ("forget_samples", "record_samples")]
                statements.run(learn, steps, parameters, {})
            if row:
                reports[source] = Parity(*row)
                log.info("event=compared run=%s source=%s parity='%s'", run_key, source, reports[source])
        difference.drop_tables(learn)
        learn.execute("truncate outbox")
    return reports

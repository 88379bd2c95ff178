"""Do Learn's tables hold what the marts say? Compared in full, not by the ledger's word, with delivery's own rules.

Every unit is delivered again to copies in this session, as in a dry run; where the copy had to change, Learn is not as it should be. So
what a source does not provide, what belongs to staff and what the guard holds back are no differences, without a second set of rules.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from include.delivery import difference, statements
from include.delivery.deliver import CATALOG, deliver_units
from include.delivery.model import ALL_ON, DeliverySettings, Modes, Release
from include.delivery.place import DRY_RUN
from include.delivery.planning import session
from include.delivery.statements import Link

log = logging.getLogger(__name__)


def reconcile_learn(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    repair: bool = False,
    modes: Modes = ALL_ON,
    chunk_units: int = 1000,
    settings: DeliverySettings | None = None,
) -> int:
    """Write the differences between marts and Learn into ``pipelines.reconciled_difference``; returns how many there are.

    Learn's tables are only read. Feeds that are not delivered (``modes``) are passed over.

    :param repair: also forget what was delivered of the differing units, so that the next delivery writes them. A published resource
        that no unit of ours stands for is told and left: nobody but a person knows whose it is.
    :raises NotPublished: the marts are being rebuilt.
    :raises LearnBusy: locks or connections; worth another try.
    """
    with session(CATALOG, warehouse_conn, learn_conn, run_key, clock, settings, modes, DRY_RUN) as delivery:
        learn, parameters = delivery.learn, {"run_key": run_key, "now": delivery.now}
        statements.run(learn, [statements.find("reconcile", "know_nothing")], parameters, {})
        deliver_units(delivery, chunk_units, Release(sources=True, by="reconcile"))
        difference.make_tables(learn)
        statements.run(learn, [statements.find("difference", "written_units")], parameters, {})
        difference.compare(learn, DRY_RUN.schemas, "staying_units", left_out=difference.STAFFS)
        with learn.transaction():
            learn.execute("delete from pipelines.reconciled_difference where run_key = %s and target = 'postgres'", [run_key])
            steps = [statements.find("reconcile", name) for name in (("record", "forget") if repair else ("record",))]
            statements.run(learn, steps, parameters, {})
        found, repaired = learn.execute(statements.find("reconcile", "count").compose({}), parameters).fetchone() or (0, 0)
    log.info("event=learn_reconciled run=%s differences=%s repaired=%s", run_key, found, repaired)
    return int(found)

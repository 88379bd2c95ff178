"""The assets that join the DAGs. An event says "look"; what there is to do, a consumer reads from its own ledger."""

from __future__ import annotations

from airflow.sdk import Asset

RAW_MITXONLINE = Asset(name="raw_mitxonline", uri="warehouse://raw/mitxonline", group="raw")
RAW_XPRO = Asset(name="raw_xpro", uri="warehouse://raw/xpro", group="raw")
RAW_OCW = Asset(name="raw_ocw", uri="warehouse://raw/ocw", group="raw")
REFERENCE_SEEDS = Asset(name="reference_seeds", uri="warehouse://reference/seeds", group="reference")
MARTS_CATALOG = Asset(name="marts_catalog", uri="warehouse://marts/catalog", group="marts")
LEARN_REFERENCE = Asset(name="learn_reference", uri="learn://public/reference", group="learn")
LEARN_CATALOG = Asset(name="learn_catalog", uri="learn://public/catalog", group="learn")

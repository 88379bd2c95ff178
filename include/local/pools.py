"""Airflow's pools: how much may happen at once, per upstream and per server. The one declaration of them."""

from __future__ import annotations

from collections.abc import Mapping

#: Pool -> (slots, what it protects).
POOLS: Mapping[str, tuple[int, str]] = {
    "upstream_mitxonline": (2, "Requests to MITx Online"),
    "upstream_xpro": (2, "Requests to MIT xPRO"),
    "upstream_ocw": (2, "Reads of the OCW bucket"),
    "warehouse_load": (2, "Loads of raw versions"),
    "dbt": (1, "One dbt run at a time"),
    "learn_database": (1, "One writer of Learn's Postgres at a time"),
    "search_index": (1, "One writer of the search index at a time"),
}

"""Airflow's pools: how much may happen at once, per upstream and per server. The one declaration of them."""

from __future__ import annotations

from collections.abc import Mapping

from include.sources.registry import SOURCES

UPSTREAM_SLOTS = 2

#: Pool -> (slots, what it protects).
POOLS: Mapping[str, tuple[int, str]] = {
    **{source.connection_id: (UPSTREAM_SLOTS, f"Requests to {source.title}") for source in SOURCES.values()},
    "warehouse_load": (2, "Loads of raw versions"),
    "dbt": (1, "One dbt run at a time"),
    "learn_database": (1, "One writer of Learn's Postgres at a time"),
    "search_index": (1, "One writer of the search index at a time"),
    "search_rebuild": (1, "One index being loaded or compared beside those that serve"),
}

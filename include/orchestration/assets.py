"""The assets that join the DAGs. An event says "look"; what there is to do, a consumer reads from its own ledger."""

from __future__ import annotations

from airflow.sdk import Asset, AssetAny

from include.sources.base import Group
from include.sources.registry import sources_of

REFERENCE_SEEDS = Asset(name="reference_seeds", uri="warehouse://reference/seeds", group="reference")
MARTS_CATALOG = Asset(name="marts_catalog", uri="warehouse://marts/catalog", group="marts")
LEARN_REFERENCE = Asset(name="learn_reference", uri="learn://public/reference", group="learn")
MARTS_NEWS = Asset(name="marts_news", uri="warehouse://marts/news", group="marts")
LEARN_NEWS = Asset(name="learn_news", uri="learn://public/news", group="learn")
LEARN_CATALOG = Asset(name="learn_catalog", uri="learn://public/catalog", group="learn")
LEARN_VIEW_COUNTS = Asset(name="learn_view_counts", uri="learn://public/view_counts", group="learn")


def raw_asset(source: str) -> Asset:
    """The raw tables of one source."""
    return Asset(name=f"raw_{source}", uri=f"warehouse://raw/{source}", group="raw")


def any_raw_of(group: Group) -> AssetAny:
    """New raw versions of any source of a group."""
    return AssetAny(*(raw_asset(source.key) for source in sources_of(group)))

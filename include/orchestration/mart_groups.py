"""The marts that are built and published together: the catalogue, and news with events. Each is built by a DAG of its own.

Which models belong to the news follows from the dbt graph, so nothing has to be marked: everything that `int_news__items` is made of, and
everything that is made of it. The rest is the catalogue. The two share no model, also when everything is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from include.orchestration import manifest
from include.warehouse import ledger, transforms
from include.warehouse.transforms import EVERYTHING, Plan

NEWS_ITEMS = "int_news__items"
NEWS_MODELS = f"+{NEWS_ITEMS}+"


@dataclass(frozen=True)
class MartGroup:
    """A mart, and the dbt selection of all its models (``exclude`` is taken away from it)."""

    mart: str
    everything: str
    exclude: str | None = None

    def sources(self) -> dict[str, str]:
        """Raw table -> selector of the dbt source that reads it."""
        found = self._own("sources")
        return {each["identifier"]: f"source:{each['source_name']}.{each['name']}" for each in found if "__" in each["identifier"]}

    def models(self) -> set[str]:
        """Names of the models."""
        return {each["name"] for each in self._own("nodes") if each["resource_type"] == "model"}

    def plan(self, connection: Connection[Any], run: str, now: datetime, *, rebuild: bool = False, cleared: bool = False) -> Plan:
        """What a run has to build, as the ledger says now; the parameters are those of ``transforms.plan``."""
        return transforms.plan(
            connection,
            run,
            sources=self.sources(),
            project=transforms.fingerprint(manifest.content_hash()),
            now=now,
            rebuild=rebuild,
            cleared=cleared,
            mart=self.mart,
            everything=self.everything,
            models=self.models(),
        )

    def _own(self, kind: str) -> list[dict[str, Any]]:
        news = manifest.around(NEWS_ITEMS)
        return [each for uid, each in manifest.read_manifest()[kind].items() if (uid in news) == (self.mart == ledger.NEWS)]


CATALOG = MartGroup(ledger.CATALOG, EVERYTHING, exclude=NEWS_MODELS)
NEWS = MartGroup(ledger.NEWS, NEWS_MODELS)
MART_GROUPS = {group.mart: group for group in (CATALOG, NEWS)}
"""By the name of the mart; `transform_<mart>` builds it."""

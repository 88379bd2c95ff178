"""The numbers of the demo, read from the ledgers, and whether what each stage holds agrees with the next.

Nothing here trusts a count that a step reported about itself: the comparisons read the landing, the tables and the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
from opensearchpy import OpenSearch
from opensearchpy.helpers import scan
from psycopg import sql

from include.landing.manifest import Manifest
from include.landing.store import find_manifests, read_parts, read_rejects
from include.search.client import SearchSettings, make_client
from include.search.names import global_alias
from include.sources.registry import SOURCES, stream_names, stream_of
from include.warehouse.schema import raw_table

SQL_FOLDER = Path(__file__).parent / "sql"
SHOWN_KEYS = 5


@dataclass
class Done:
    """What one run of the chain did for one source; news and events have no documents."""

    landed: int = 0
    raw_versions: int = 0
    rows_delivered: int = 0
    documents: int | None = 0


@dataclass(frozen=True)
class Comparison:
    """What one stage holds of a source against what the next one holds; both as sets of keys."""

    source: str
    left: str
    right: str
    left_keys: frozenset[Any]
    right_keys: frozenset[Any]

    @property
    def agrees(self) -> bool:
        """Whether both stages hold the same."""
        return self.left_keys == self.right_keys

    def difference(self) -> str:
        """The first keys that only one side has, for a person."""
        only_left = sorted(map(str, self.left_keys - self.right_keys))
        only_right = sorted(map(str, self.right_keys - self.left_keys))
        told = [
            f"{len(keys)} only in {side} ({', '.join(keys[:SHOWN_KEYS])}{', ...' if len(keys) > SHOWN_KEYS else ''})"
            for side, keys in ((self.left, only_left), (self.right, only_right))
            if keys
        ]
        return f"{self.source}: {'; '.join(told)}"


@dataclass
class Report:
    """Reads one stack. The connections belong to the caller."""

    warehouse: psycopg.Connection[Any]
    learn: psycopg.Connection[Any]
    search: OpenSearch
    s3: Any
    bucket: str
    index_prefix: str
    sources: list[str] = field(default_factory=lambda: list(SOURCES))

    def done_since(self, moment: datetime) -> dict[str, Done]:
        """Per source, what was landed, loaded, delivered and indexed since ``moment``."""
        done = {source: Done(documents=None if self._is_news(source) else 0) for source in self.sources}
        for source, landed, versions in self._rows(self.warehouse, "report_ingested.sql", moment):
            done[source].landed, done[source].raw_versions = landed, versions
        for source, rows in self._rows(self.learn, "report_delivered.sql", moment):
            if source in done:
                done[source].rows_delivered = rows
        for source, documents in self._rows(self.learn, "report_indexed.sql", moment):
            if source in done:
                done[source].documents = documents
        return done

    def comparisons(self) -> Iterator[Comparison]:
        """Every stage against the next, per source."""
        yield from self._landed_and_raw()
        catalog = self._by_source(self.warehouse, "select etl_source, resource_key from marts.catalog_unit where published")
        delivered = self._by_source(self.learn, "select etl_source, resource_key from pipelines.delivered_unit where published")
        published = self._by_source(
            self.learn,
            "select etl_source, id from public.learning_resources_learningresource where published and etl_source = any(%(sources)s)",
        )
        delivered_ids = self._by_source(self.learn, "select etl_source, resource_id from pipelines.delivered_unit where published")
        indexed = self._indexed_ids()
        known = frozenset().union(*published.values())
        yield from self._news()
        for source in (each for each in self.sources if SOURCES[each].group == "catalog"):
            yield Comparison(source, "marts", "delivered", catalog[source], delivered[source])
            yield Comparison(source, "delivered", "published in Learn", delivered_ids[source], published[source])
            yield Comparison(source, "published in Learn", "index", published[source], indexed & published[source])
        yield Comparison("all", "index", "published in Learn", indexed, known)

    def _news(self) -> Iterator[Comparison]:
        """The same for news and events, which end in Learn's Postgres."""
        marts = self._by_source(self.warehouse, "select feed, guid from marts.news_events_feeditem")
        delivered = self._by_source(self.learn, "select feed, guid from pipelines.delivered_feed_item")
        delivered_ids = self._by_source(self.learn, "select feed, item_id from pipelines.delivered_feed_item")
        shown = self._by_source(self.learn, (SQL_FOLDER / "report_shown_news.sql").read_text())
        for source in filter(self._is_news, self.sources):
            yield Comparison(source, "marts", "delivered", marts[source], delivered[source])
            yield Comparison(source, "delivered", "items in Learn", delivered_ids[source], shown[source])

    @staticmethod
    def _is_news(source: str) -> bool:
        return SOURCES[source].group == "news"

    def any_title(self) -> str:
        """The title of a published resource, to be searched for."""
        query = "select title from public.learning_resources_learningresource where published order by id limit 1"
        found = self.learn.execute(query).fetchone()
        return found[0] if found else ""

    def _landed_and_raw(self) -> Iterator[Comparison]:
        for source, stream in stream_names():
            landed = landed_keys(self.s3, self.bucket, source, stream)
            yield Comparison(f"{source}.{stream}", "landing", "raw", landed, self._raw_keys(source, stream))

    def _raw_keys(self, source: str, stream: str) -> frozenset[str]:
        query = sql.SQL(
            "select record_key from (select distinct on (record_key) record_key, is_removed from {}"
            " order by record_key, observed_at desc, version_id desc) as latest where not is_removed"
        ).format(sql.Identifier("raw", raw_table(source, stream)))
        return frozenset(key for (key,) in self.warehouse.execute(query))

    def _indexed_ids(self) -> frozenset[int]:
        alias = global_alias(self.index_prefix)
        if not self.search.indices.exists_alias(name=alias):
            return frozenset()
        self.search.indices.refresh(index=alias)
        resources = {"query": {"exists": {"field": "resource_type"}}}  # not the content files in the same index
        return frozenset(int(hit["_id"]) for hit in scan(self.search, query=resources, index=alias, _source=False, size=2000))

    def _by_source(self, connection: psycopg.Connection[Any], query: str) -> dict[str, frozenset[Any]]:
        found: dict[str, set[Any]] = defaultdict(set)
        for source, key in connection.execute(query.encode(), {"sources": self.sources}):
            found[source].add(key)
        return {source: frozenset(found[source]) for source in self.sources}

    @staticmethod
    def _rows(connection: psycopg.Connection[Any], name: str, since: datetime) -> list[tuple[Any, ...]]:
        return connection.execute((SQL_FOLDER / name).read_bytes(), {"since": since}).fetchall()


def search_client(url: str) -> OpenSearch:
    """The client of the stack's search server."""
    return make_client(SearchSettings(url))


def landed_keys(s3: Any, bucket: str, source: str, stream: str) -> frozenset[str]:
    """The keys that the landing, read from its beginning, says are there now."""
    expand = stream_of(source, stream).expand
    keys: set[str] = set()
    for manifest in _that_count(find_manifests(s3, bucket, source, stream)):
        unread = tuple(part.prefix for part in manifest.unread)
        present: set[str] = set()
        removed: set[str] = set()
        for _, _, text in read_parts(s3, bucket, manifest):
            line = orjson.loads(text)
            if line.get("removed"):
                removed.add(line["key"])
            elif expand:
                present.update(key for key, _ in expand.records(line["key"], line["payload"]))
            else:
                present.add(line["key"])
        if manifest.kind == "snapshot" and manifest.complete:
            rejected = {each["key"] for each in read_rejects(s3, bucket, manifest)}
            keys = present | (keys & rejected) | {key for key in keys if key.startswith(unread)}
        else:
            keys = (keys | present) - removed
    return frozenset(keys)


def _that_count(manifests: list[Manifest]) -> list[Manifest]:
    """Without those that a later complete snapshot, itself without rejects, makes irrelevant."""
    whole = [
        position
        for position, each in enumerate(manifests)
        if each.kind == "snapshot" and each.complete and not (each.rejects or each.unread)
    ]
    return manifests[whole[-1] :] if whole else manifests

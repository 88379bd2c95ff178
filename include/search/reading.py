"""Reads a whole index as it is at one moment, page by page, in the order of the resources' ids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opensearchpy import OpenSearch

PAGE_DOCUMENTS = 200
KEEP_ALIVE = "5m"
RESOURCES: dict[str, Any] = {"exists": {"field": "resource_type"}}  # content files live in the same index
# Two documents may carry the same id in their source; the sequence number tells them apart.
ORDER = [{"id": {"order": "asc", "missing": "_first", "unmapped_type": "long"}}, {"_seq_no": {"order": "asc"}}]


@dataclass(frozen=True)
class Found:
    """A document of the index: its address there, and what it holds."""

    document_id: str
    source: dict[str, Any]

    @property
    def resource_id(self) -> int | None:
        """The resource that it is of; None for a document that no resource could have under that address."""
        number = self.source.get("id")
        return number if isinstance(number, int) and self.document_id == str(number) else None


def read_all(client: OpenSearch, index: str, page_documents: int = PAGE_DOCUMENTS) -> Iterator[Found]:
    """Every resource document of an index or alias; writes that come meanwhile are not seen."""
    with _moment(client, index) as pit:
        after: list[Any] | None = None
        while True:
            body: dict[str, Any] = {
                "query": RESOURCES,
                "pit": {"id": pit, "keep_alive": KEEP_ALIVE},
                "sort": ORDER,
                "size": page_documents,
                "track_total_hits": False,
            }
            if after:
                body["search_after"] = after
            hits = client.search(body=body)["hits"]["hits"]
            if not hits:
                return
            yield from (Found(hit["_id"], hit["_source"]) for hit in hits)
            after = hits[-1]["sort"]


@contextmanager
def _moment(client: OpenSearch, index: str) -> Iterator[str]:
    pit = client.create_pit(index=index, params={"keep_alive": KEEP_ALIVE})["pit_id"]
    try:
        yield pit
    finally:
        client.delete_pit(body={"pit_id": [pit]})

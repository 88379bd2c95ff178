"""A client that searches all the time while something else happens."""

from __future__ import annotations

import threading
from typing import Any

from opensearchpy import OpenSearch, OpenSearchException

from include.local.settings import Settings
from include.search.names import global_alias

PAUSE_SECONDS = 0.05
COUNT = {"query": {"match_all": {}}, "track_total_hits": True, "size": 5}


class Reader:
    """Asks the alias of everything, one search after the other, as long as the block lasts.

    :ivar before: the documents at the beginning; ``fewest``: the fewest that an answer told.
    """

    def __init__(self, settings: Settings) -> None:
        self.client = OpenSearch(hosts=[settings.opensearch_url], max_retries=0)
        self.alias = global_alias(settings.index_prefix)
        self.searches = 0
        self.errors: list[str] = []
        self.before = self.fewest = self._documents()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)

    def _documents(self) -> int:
        answer: Any = self.client.search(index=self.alias, body=COUNT)
        return int(answer["hits"]["total"]["value"])

    def _read(self) -> None:
        while not self.ended.wait(PAUSE_SECONDS):
            try:
                self.fewest = min(self.fewest, self._documents())
            except OpenSearchException as error:
                self.errors.append(str(error))
            self.searches += 1

    def __enter__(self) -> Reader:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

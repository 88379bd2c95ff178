"""What goes on beside a measure: something that is looked at all the time, or a client that searches."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Any, Self

from opensearchpy import OpenSearch, OpenSearchException

from include.local.settings import Settings
from include.search.names import global_alias

PAUSE_SECONDS = 0.05
COUNT = {"query": {"match_all": {}}, "track_total_hits": True, "size": 5}


class Beside(ABC):
    """Does ``look`` again and again in a thread, as long as the block lasts."""

    def __init__(self, pause_seconds: float) -> None:
        self.pause_seconds = pause_seconds
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._go_on, daemon=True)

    @abstractmethod
    def look(self) -> None:
        """One time."""

    def _go_on(self) -> None:
        while not self.ended.wait(self.pause_seconds):
            self.look()

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()


class Reader(Beside):
    """Asks the alias of everything, one search after the other, as long as the block lasts.

    :ivar before: the documents at the beginning; ``fewest``: the fewest that an answer told.
    """

    def __init__(self, settings: Settings) -> None:
        self.client = OpenSearch(hosts=[settings.opensearch_url], max_retries=0)
        self.alias = global_alias(settings.index_prefix)
        self.searches = 0
        self.errors: list[str] = []
        self.before = self.fewest = self._documents()
        super().__init__(PAUSE_SECONDS)

    def _documents(self) -> int:
        answer: Any = self.client.search(index=self.alias, body=COUNT)
        return int(answer["hits"]["total"]["value"])

    def look(self) -> None:
        """One search."""
        try:
            self.fewest = min(self.fewest, self._documents())
        except OpenSearchException as error:
            self.errors.append(str(error))
        self.searches += 1

"""A rebuild on a test's search stack, and a reader that watches an alias meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from opensearchpy import OpenSearch, OpenSearchException

from include.search.client import SearchSettings, make_client
from include.search.rebuild import Rebuilding, Swapped, bring_back, load_candidate, remove_former, swap_alias
from tests.support.search_stack import NOW, PATIENCE, SearchStack

RESOURCES: dict[str, Any] = {"query": {"exists": {"field": "resource_type"}}, "track_total_hits": True, "size": 0}


SECONDS = count()


def rebuilding(stack: SearchStack, index_type: str = "course", **options: Any) -> Rebuilding:
    """What the steps of a rebuild are given; the clock goes a second at each look."""
    given = {"connection": stack.learn, "client": stack.client, "limits": PATIENCE, **options}
    return Rebuilding(
        prefix=stack.prefix, index_type=index_type, run_key="rebuild", clock=lambda: NOW + timedelta(seconds=next(SECONDS)), **given
    )


def rebuild(stack: SearchStack, index_type: str = "course", **options: Any) -> Swapped:
    """A whole rebuild without interruption."""
    given = rebuilding(stack, index_type, **options)
    load_candidate(given)
    swapped = swap_alias(given)
    assert swapped
    remove_former(given)
    return swapped


def roll_back(stack: SearchStack) -> Swapped:
    """Back to the index that served before."""
    given = rebuilding(stack)
    bring_back(given)
    swapped = swap_alias(given)
    assert swapped
    return swapped


@dataclass
class Reader:
    """What a reader of an alias saw: (seconds since the start, resources) of each answer, and every error."""

    counts: list[tuple[float, int]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def poll(self, client: OpenSearch, alias: str, stop: threading.Event, pause_seconds: float) -> None:
        """Search until told to stop."""
        began = time.monotonic()
        while not stop.is_set():
            try:
                answer = client.search(index=alias, body=RESOURCES)
            except (OpenSearchException, OSError) as error:
                self.errors.append(error)
            else:
                failed = answer["_shards"]["failed"]
                if failed:
                    self.errors.append(RuntimeError(f"{failed} shards failed"))
                self.counts.append((round(time.monotonic() - began, 3), answer["hits"]["total"]["value"]))
            time.sleep(pause_seconds)


@contextmanager
def reading(url: str, alias: str, pause_seconds: float = 0.002) -> Iterator[Reader]:
    """A reader in a thread, with a client that does not hide errors by trying again."""
    reader, stop = Reader(), threading.Event()
    client = make_client(SearchSettings(url=url))
    client.transport.max_retries = 0
    thread = threading.Thread(target=reader.poll, args=(client, alias, stop, pause_seconds), daemon=True)
    thread.start()
    try:
        yield reader
    finally:
        stop.set()
        thread.join()
        client.close()

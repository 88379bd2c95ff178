"""What a reader sees of a rebuild while others write: ``python -m benchmarks.rebuild_plot [documents]``.

Draws ``docs/images/rebuild-under-load.svg`` and prints one JSON line. The servers are its own. How fast a rebuild is, ``make bench`` says.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
import psycopg
from psycopg import sql
from rich.console import Console

from include.local.place import make_settings
from include.local.progress import Board
from include.local.settings import ROOT
from include.local.stack import Stack
from include.search.bulk import Limits
from include.search.client import SearchSettings, make_client
from include.search.indexes import ensure_indexes
from include.search.names import serving_alias
from include.search.rebuild import load_candidate, swap_alias
from tests.support.learn_catalog import add_courses, enqueue
from tests.support.rebuilding import Reader, reading, rebuilding
from tests.support.search_stack import SearchStack, search_stack

HOME = ROOT / ".local" / "bench-rebuild-plot"
PLOT = ROOT / "docs" / "images" / "rebuild-under-load.svg"
TEMPLATE = Path(__file__).with_name("rebuild_plot.svg.j2")
DOCUMENTS = 20_000
COURSES_AT_ONCE = 5_000
WRITE_PAUSE_SECONDS = 0.4
READ_PAUSE_SECONDS = 0.05
POINTS = 400
WIDTH, HEIGHT = 800, 260


def main(documents: int) -> None:
    """Start servers, measure, draw, tell."""
    stack = Stack(make_settings(HOME, durable=False), airflow=False)
    try:
        with Board(Console(stderr=True)) as board:
            stack.up(board)
        settings = stack.settings

        def make_database(name: str) -> str:
            with psycopg.connect(settings.admin_dsn, autocommit=True) as admin:
                admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
            return settings.admin_dsn_of(name)

        with search_stack(settings.admin_dsn, make_database, settings.opensearch_url) as learn:
            print(json.dumps(measure(learn, settings.opensearch_url, documents)))
    finally:
        stack.reset()


def measure(stack: SearchStack, url: str, documents: int) -> dict[str, Any]:
    """Rebuild once, with a reader and a writer beside it; draws what the reader saw."""
    ensure_indexes(stack.client, stack.prefix, types=["course"])
    for first in range(1, documents + 1, COURSES_AT_ONCE):
        add_courses(stack.learn, first, min(first + COURSES_AT_ONCE - 1, documents))
    stack.learn.execute("analyze")
    enqueue(stack.learn, list(range(1, documents + 1)))
    stack.sync(limits=Limits())
    given = rebuilding(stack, limits=Limits())
    marks: dict[str, float] = {}
    with reading(url, serving_alias(stack.prefix, "course"), READ_PAUSE_SECONDS) as reader, writing(stack, url, documents):
        began = time.monotonic()
        load_candidate(given)
        marks["loaded"] = time.monotonic() - began
        swap_alias(given)
        marks["swapped"] = time.monotonic() - began
        time.sleep(2)
    draw(reader, marks, documents)
    return {
        "documents": documents,
        **{f"{name}_after_seconds": round(seconds, 1) for name, seconds in marks.items()},
        "reader_searches": len(reader.counts),
        "reader_errors": len(reader.errors),
        "fewest_seen": min(count for _, count in reader.counts),
    }


@contextmanager
def writing(stack: SearchStack, url: str, documents: int) -> Iterator[None]:
    """Delivery and sync go on: a new course and a changed one, again and again."""
    stop = threading.Event()

    def write() -> None:
        with stack.another_connection() as connection:
            writer = SearchStack(stack.dsn, connection, make_client(SearchSettings(url=url)), stack.prefix)
            number = documents
            while not stop.wait(WRITE_PAUSE_SECONDS):
                number += 1
                with connection.transaction():
                    add_courses(connection, number, number)
                    connection.execute(
                        "update learning_resources_learningresource set title = title || '!' where id = %s", [number - documents]
                    )
                    enqueue(connection, [number, number - documents])
                writer.sync(limits=Limits())

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def draw(reader: Reader, marks: dict[str, float], documents: int) -> None:
    """What each search of the reader counted, over time."""
    seen = reader.counts[:: max(1, len(reader.counts) // POINTS)]
    end, most = seen[-1][0], max(count for _, count in seen)
    least = documents - max(1, (most - documents) // 2)

    def x(seconds: float) -> float:
        return round(seconds / end * WIDTH, 1)

    def y(count: int) -> float:
        return round(HEIGHT - (count - least) / max(1, most - least) * HEIGHT, 1)

    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    facts = {
        "width": WIDTH,
        "height": HEIGHT,
        "points": " ".join(f"{x(seconds)},{y(count)}" for seconds, count in seen),
        "marks": [(name, x(seconds), round(seconds, 1)) for name, seconds in marks.items()],
        "start": y(documents),
        "documents": documents,
        "most": most,
        "end": round(end, 1),
        "searches": len(reader.counts),
        "errors": len(reader.errors),
    }
    PLOT.write_text(template.render(facts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)

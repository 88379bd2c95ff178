"""Real servers, a catalogue that went through the chain once, and chains that begin as copies of it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import psutil
import psycopg
from opensearchpy import OpenSearch
from psycopg import sql

from include.local.health import probe
from include.local.stack import Stack
from include.local.upstream.client import UpstreamClient
from include.local.upstream.embedded import running_upstream
from include.local.upstream.settings import UpstreamSettings
from include.search import SearchSettings, make_client
from tests.faults.proxy import Act, Proxy, running
from tests.faults.steps import LONGEST, Place
from tests.faults.zygote import Zygote

BEGINNING = datetime(2024, 9, 10, 12, tzinfo=UTC)
FEEDS = ("mitxonline", "xpro", "podcast", "ocw")
"""Of four kinds: pages with a count, a list, RSS by show, a bucket."""
COUNTS = {
    "mitxonline/courses": 14, "mitxonline/programs": 3, "xpro/courses": 7, "xpro/programs": 2, "podcast/shows": 4, "podcast/episodes": 11,
}  # fmt: skip
RESOURCES = 36
"""Of which six are courses of the bucket."""
OCW_BUCKET = "faults-ocw"
BASE_BUCKET = "faults-base-landing"
SERVERS = {"warehouse": "postgres", "learn": "postgres", "search": "opensearch", "s3": "s3", "upstream": ""}
"""Name of a proxy -> the program behind it."""
ROLES = {
    "warehouse_loader": "warehouse", "warehouse_dbt": "warehouse", "warehouse_reader": "warehouse", "learn_delivery": "learn",
    "learn_search": "learn",
}  # fmt: skip
WELL_SECONDS = 120.0


@dataclass
class Trouble:
    """A fault for one attempt of a step: at the byte of the ``share`` of what the undisturbed step sends to ``where``."""

    kind: str
    where: str
    share: float


@dataclass
class Outcome:
    """How an attempt ended."""

    code: int
    answer: dict[str, Any]
    passed: dict[str, int] = field(default_factory=dict)
    """Proxy -> bytes that the step sent."""
    met: bool = False
    seconds: float = 0.0

    @property
    def went_well(self) -> bool:
        return self.code == 0


class World:
    """The servers, the upstream, and the process that starts the steps."""

    def __init__(self, stack: Stack, upstream: UpstreamClient, upstream_address: tuple[str, int], work: Path) -> None:
        self.stack, self.upstream, self.upstream_address, self.work = stack, upstream, upstream_address, work
        self.settings = stack.settings
        self.s3 = boto3.client("s3", **self.settings.s3)
        self.search: OpenSearch = make_client(SearchSettings(self.settings.opensearch_url))
        self.zygote = Zygote(work / "dbt", self.settings.dsn("warehouse", "warehouse_dbt"), work / "steps.log")
        self.tags = itertools.count()
        self.seconds: Counter[str] = Counter()
        """Step -> the time that all its attempts took."""

    def address(self, where: str) -> tuple[str, int]:
        """Where a proxy leads."""
        if where in ("warehouse", "learn"):
            return self.settings.postgres_host_port
        parts = urlsplit(self.settings.opensearch_url if where == "search" else self.settings.s3["endpoint_url"])
        return self.upstream_address if where == "upstream" else (parts.hostname or "127.0.0.1", parts.port or 0)

    def admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.settings.admin_dsn, autocommit=True)

    def kill_server(self, program: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        pid = int(self.stack.supervisor.states()[program]["pid"])
        if pid:
            psutil.Process(pid).kill()

    def wait_until_well(self) -> None:
        """Wait for every server to answer."""
        deadline = time.monotonic() + WELL_SECONDS
        for program in ("postgres", "opensearch", "s3"):
            while not probe(program, self.stack.addresses).well:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{program} does not come back")
                time.sleep(0.1)

    def make_base(self) -> None:
        """Bring every feed through the chain once, to the databases that all chains are copies of."""
        self.s3.create_bucket(Bucket=BASE_BUCKET)
        with Chain.running(self, "base", ("warehouse", "learn"), BASE_BUCKET) as chain:
            for feed in FEEDS:
                for step in ("land", "load"):
                    chain.must(step, feed, "base", BEGINNING)
            for step in ("transform", "reference", "deliver"):
                chain.must(step, "", "base", BEGINNING)

    @contextmanager
    def chain(self, name: str) -> Iterator[Chain]:
        """A chain with copies of the databases and of the landing, and no index yet; all gone after the block."""
        tag = f"{name}{next(self.tags)}"
        databases = (f"{name}_warehouse", f"{name}_learn")
        with self.admin() as admin:
            for database, template, owner in zip(databases, ("warehouse", "learn"), ("warehouse_owner", "learn_owner"), strict=True):
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
                made = sql.SQL("create database {} template {} strategy file_copy owner {}")
                admin.execute(made.format(*map(sql.Identifier, (database, template, owner))))
        bucket = f"faults-{tag}"
        self.s3.create_bucket(Bucket=bucket)
        for each in self.s3.list_objects_v2(Bucket=BASE_BUCKET).get("Contents", ()):
            self.s3.copy_object(Bucket=bucket, Key=each["Key"], CopySource={"Bucket": BASE_BUCKET, "Key": each["Key"]})
        with Chain.running(self, tag, databases, bucket) as chain:
            yield chain
        self.search.indices.delete(index=f"{chain.place.prefix}_*", ignore_unavailable=True)


class Chain:
    """The steps of one chain, through proxies of its own."""

    def __init__(self, world: World, tag: str, databases: tuple[str, str], bucket: str, proxies: dict[str, Proxy]) -> None:
        self.world, self.proxies = world, proxies
        self.work = world.work / tag
        self.work.mkdir(parents=True, exist_ok=True)
        self.meanwhile: Callable[[], object] = lambda: None
        self.databases = dict(zip(("warehouse", "learn"), databases, strict=True))
        url = {name: f"http://127.0.0.1:{proxy.port}" for name, proxy in proxies.items()}
        self.place = Place(
            dsns={role: self._dsn(role, of) for role, of in ROLES.items()},
            search_url=url["search"],
            prefix=f"faults{tag}",
            s3=world.settings.s3 | {"endpoint_url": url["s3"]},
            bucket=bucket,
            ocw_bucket=OCW_BUCKET,
            upstream_url=url["upstream"],
            work=str(self.work),
        )

    @classmethod
    @contextmanager
    def running(cls, world: World, tag: str, databases: tuple[str, str], bucket: str) -> Iterator[Chain]:
        proxies = {name: Proxy(world.address(name)) for name in SERVERS}
        with running(list(proxies.values())):
            yield cls(world, tag, databases, bucket, proxies)

    def _dsn(self, role: str, of: str) -> str:
        parts = urlsplit(self.world.settings.dsn(of, role))
        login = parts.netloc.rsplit("@", 1)[0]
        return urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{self.proxies[of].port}", path=f"/{self.databases[of]}"))

    def admin_dsn(self, of: str) -> str:
        """Around the proxies, as superuser."""
        return self.world.settings.admin_dsn_of(self.databases[of])

    @contextmanager
    def read_only_index(self) -> Iterator[None]:
        """The indexes as a full disk leaves them: the block that OpenSearch sets at its flood stage."""
        pattern, name = f"{self.place.prefix}_*", "index.blocks.read_only_allow_delete"
        search = self.world.search
        search.indices.put_settings(index=pattern, body={name: True}, ignore_unavailable=True, allow_no_indices=True)
        try:
            yield
        finally:
            search.indices.put_settings(index=pattern, body={name: None}, ignore_unavailable=True, allow_no_indices=True)

    def must(self, step: str, source: str, name: str, now: datetime) -> Outcome:
        """Do a step that has to go well."""
        outcome = self.attempt(step, source, name, now)
        if not outcome.went_well:
            raise AssertionError(f"{step} {source} {name} failed undisturbed: {outcome.answer.get('text', outcome.code)}")
        return outcome

    def attempt(
        self, step: str, source: str, name: str, now: datetime, trouble: Trouble | None = None, expected: dict[str, int] | None = None
    ) -> Outcome:
        """Do a step in a process of its own, with a fault at its place.

        :param expected: proxy -> bytes that the step sends undisturbed.
        """
        answer = self.work / "answer.json"
        answer.unlink(missing_ok=True)
        told = {"step": step, "source": source, "name": name, "now": now.isoformat(), "place": asdict(self.place), "answer": str(answer)}
        started = threading.Event()
        pid = 0

        async def kill() -> None:
            await asyncio.to_thread(started.wait)
            os.kill(pid, signal.SIGKILL)

        for proxy in self.proxies.values():
            proxy.begin()
        if trouble is not None:
            self._arm(trouble, (expected or {}).get(trouble.where, 0), kill)
        began = time.monotonic()
        pid = self.world.zygote.start(told)
        started.set()
        watch = threading.Timer(LONGEST.total_seconds(), lambda: os.kill(pid, signal.SIGKILL))
        watch.start()
        code = self.world.zygote.wait()
        watch.cancel()
        seconds = time.monotonic() - began
        self.world.seconds[step] += seconds
        if seconds > LONGEST.total_seconds():
            raise AssertionError(f"{step} {source} {name} hangs: it did not end within {LONGEST}, with {trouble}")
        return Outcome(
            code,
            json.loads(answer.read_text()) if answer.exists() else {},
            {each: proxy.passed for each, proxy in self.proxies.items()},
            any(proxy.met for proxy in self.proxies.values()),
            seconds,
        )

    def _arm(self, trouble: Trouble, sent: int, kill: Act) -> None:
        proxy = self.proxies[trouble.where]
        if trouble.kind == "slow":
            proxy.begin(delay_seconds=0.02)
            proxy.met = True
            return

        async def cut() -> None:
            await proxy.cut()

        async def stall() -> None:
            await asyncio.sleep(1.0)
            await proxy.cut()

        async def restart() -> None:
            await asyncio.to_thread(self.world.kill_server, SERVERS[trouble.where])

        async def edit() -> None:
            await asyncio.to_thread(self.meanwhile)

        if sent:
            acts: dict[str, Act] = {"kill": kill, "cut": cut, "stall": stall, "restart": restart, "edit": edit}
            proxy.begin(int(trouble.share * sent), acts[trouble.kind])


@contextmanager
def running_world(stack: Stack, work: Path, say: Callable[[str], None] = lambda text: None) -> Iterator[World]:
    """A world on the servers of a stack that is up, with its base made."""
    work.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        given = UpstreamSettings(
            resources=RESOURCES, counts=COUNTS, clock=BEGINNING, s3=tuple(stack.settings.s3.items()),
            buckets={"ocw": OCW_BUCKET, "canvas": "faults-canvas", "posthog": "faults-posthog"},
        )  # fmt: skip
        address = opened.enter_context(running_upstream(given))
        client = opened.enter_context(UpstreamClient(address, given.control_token))
        parts = urlsplit(address)
        say("dbt parses its project")
        world = World(stack, client, (parts.hostname or "", parts.port or 0), work)
        opened.callback(world.zygote.close)
        say("the first catalogue goes through the chain")
        world.make_base()
        yield world

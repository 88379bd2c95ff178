"""One local stack: bring it up, take it down, say how it is."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from include.local import airflow_home, artifacts, object_store, opensearch, postgres, programs, schemas
from include.local.airflow_api import AirflowApi
from include.local.health import Addresses, Health, probe
from include.local.ports import check_free
from include.local.privileges import Account, check_readable, server_account
from include.local.programs import Program
from include.local.progress import Board, Step
from include.local.settings import Settings
from include.local.supervisor import Supervisor

READY_SECONDS = {"postgres": 90.0, "opensearch": 180.0, "upstream": 1800.0}
DEFAULT_READY_SECONDS = 600.0
POLL_SECONDS = 0.2
MOST_STARTS = 5
"""Process ids, 0 among them, after which a server that ends again and again is given up."""


class StackError(Exception):
    """A server did not come up; the message says where to look."""


@dataclass(frozen=True)
class Line:
    """One line of ``make status``."""

    name: str
    state: str
    health: Health
    address: str


class Stack:
    """The servers of one home. ``airflow=False`` leaves Airflow and the upstream out (integration tests)."""

    def __init__(self, settings: Settings, *, airflow: bool = True) -> None:
        self.settings = settings
        self.supervisor = Supervisor(settings)
        self.addresses = Addresses.of(settings)
        self.with_airflow = airflow
        self.phases: dict[str, float] = {}
        self.warnings: list[str] = []

    @cached_property
    def account(self) -> Account | None:
        """As whom Postgres and OpenSearch run."""
        return server_account()

    def programs(self) -> list[Program]:
        """Everything that supervisord looks after in this stack."""
        made = programs.servers(self.settings, self.account)
        if self.with_airflow:
            made += [programs.upstream(self.settings), *programs.airflow(self.settings)]
        return [*made, programs.watchdog(self.settings)]

    def up(self, board: Board) -> None:
        """Bring everything up, in parallel where nothing waits for anything; what runs already is left alone."""
        settings = self.settings
        with self._phase("fetch"):
            self._fetch(board)
        with self._phase("servers"):
            wanted = self._launch(board)
            with ThreadPoolExecutor(max_workers=4) as pool:
                databases = pool.submit(self._in_step, board, "postgres", self._ready_databases)
                others = [
                    pool.submit(self._in_step, board, "opensearch", self._ready_search),
                    pool.submit(self._in_step, board, "s3", self._ready_s3),
                ]
                databases.result()
                if self.with_airflow:
                    airflow = [pool.submit(self._in_step, board, "airflow", self._start_airflow)]
                _all(others)
                if self.with_airflow:
                    others.append(pool.submit(self._in_step, board, "upstream", self._ready_upstream))
                    _all([*others, *airflow])
            self.supervisor.ensure_started("watchdog")
            self._await("watchdog", Step("watchdog"), lambda: self.supervisor.states()["watchdog"]["statename"] == "RUNNING")
        if "moto.server" in wanted.get("s3", []):
            self.warnings.append(object_store.MOTO_WARNING)
        for warning in self.warnings:
            board.say(f"warning: {warning}")
        (settings.home / "up.json").write_text(json.dumps(self.phases))

    def down(self) -> None:
        """Stop everything; the data stays."""
        self.supervisor.stop()

    def reset(self) -> None:
        """Stop everything and remove the data, but not what other stacks keep below this home."""
        self.down()
        for path in sorted(self.settings.home.iterdir()) if self.settings.home.is_dir() else []:
            if (path / ".stack").exists():
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def status(self) -> Iterator[Line]:
        """One line per server and Airflow component."""
        states = self.supervisor.states()
        for name, address in self._shown().items():
            info = states.get(name, {})
            given = name not in {program.name for program in self.programs()}
            state = "given" if given else info.get("statename", "STOPPED").lower()
            asked = given or state == "running"
            yield Line(name, state, probe(name, self.addresses, info.get("pid", 0)) if asked else Health(False, ""), address)

    def api(self) -> AirflowApi:
        """Airflow's REST API as its administrator."""
        return AirflowApi(self.settings.airflow_url, "admin", self.settings.secrets.airflow_users["admin"])

    def _shown(self) -> dict[str, str]:
        host, port = self.settings.postgres_host_port
        shown = {"postgres": f"{host}:{port}", "opensearch": self.settings.opensearch_url, "s3": self.settings.s3["endpoint_url"]}
        if self.with_airflow:
            shown |= {"upstream": self.settings.upstream_url, "airflow-api": self.settings.airflow_url}
            shown |= dict.fromkeys(("airflow-scheduler", "airflow-parser", "airflow-triggerer"), "")
        return shown | {"watchdog": ""}

    def _fetch(self, board: Board) -> None:
        jobs: dict[str, Callable[[Step], object]] = {}
        cache = self.settings.cache
        if not self.settings.given_opensearch_url and not artifacts.opensearch_folder(cache).is_dir():
            jobs["opensearch jars"] = lambda step: artifacts.ensure_opensearch(cache, lambda text: _note(step, text))
        if not self.settings.given_s3_url and object_store.uses_gateway(self.settings) and not artifacts.gateway_binary(cache).exists():
            jobs["s3 gateway"] = lambda step: artifacts.ensure_gateway(cache, lambda text: _note(step, text))
        if jobs:
            board.run_all(jobs)

    def _launch(self, board: Board) -> dict[str, list[str]]:
        settings = self.settings
        made = self.programs()
        states = self.supervisor.states()
        if not states:
            self.supervisor.stop_leftovers()
        idle = [
            program.port
            for program in made
            if program.port and states.get(program.name, {}).get("statename") not in {"RUNNING", "STARTING"}
        ]
        if "opensearch" in idle:
            idle.append("opensearch_transport")
        check_free(settings.ports, idle)
        settings.home.mkdir(parents=True, exist_ok=True)
        check_readable(self.account, [*(Path(program.command[0]) for program in made if program.account), settings.home])
        if not settings.given_postgres_dsn:
            postgres.ensure_cluster(settings, postgres.find_binaries(), self.account)
        if not settings.given_opensearch_url and "opensearch" in idle:
            opensearch.prepare(settings, self.account)
        if self.with_airflow:
            airflow_home.prepare(settings)
        settings.run_dir.mkdir(parents=True, exist_ok=True)
        watched = {"addresses": dataclasses.asdict(self.addresses), "socket": str(self.supervisor.socket)}
        descriptor = os.open(settings.run_dir / "watchdog.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(watched, file)
        self.supervisor.start(made)
        for program in programs.servers(settings, self.account):
            self.supervisor.ensure_started(program.name)
        return {program.name: program.command for program in made}

    def _ready_databases(self, step: Step) -> None:
        self._await("postgres", step, lambda: _can_connect(self.settings.admin_dsn))
        step.note = "databases and roles"
        postgres.ensure_databases(self.settings)
        schemas.ensure_schemas(self.settings)
        step.note = f"{':'.join(map(str, self.settings.postgres_host_port))}"

    def _ready_search(self, step: Step) -> None:
        self._await("opensearch", step, lambda: probe("opensearch", self.addresses).well)
        step.note = self.settings.opensearch_url

    def _ready_s3(self, step: Step) -> None:
        def buckets() -> bool:
            try:
                object_store.ensure_buckets(self.settings)
            except (BotoCoreError, ClientError) as error:
                step.note = str(error)[:100]
                return False
            return True

        self._await("s3", step, buckets)
        step.note = self.settings.s3["endpoint_url"]

    def _ready_upstream(self, step: Step) -> None:
        def filled() -> bool:
            health = probe("upstream", self.addresses)
            step.note = health.detail
            return health.well

        self.supervisor.ensure_started("upstream")
        self._await("upstream", step, filled)
        step.note = self.settings.upstream_url

    def _start_airflow(self, step: Step) -> None:
        with self._phase("airflow"):
            with ThreadPoolExecutor(max_workers=1) as pool:
                manifest = pool.submit(airflow_home.make_manifest, self.settings)
                if airflow_home.needs_migration(self.settings):
                    step.note = "making the metadata database"
                    airflow_home.migrate(self.settings)
                if trouble := manifest.result():
                    self.warnings.append(trouble)
            step.note = "starting the four components"
            for name in programs.AIRFLOW_COMPONENTS.values():
                self.supervisor.ensure_started(name)
            for name in programs.AIRFLOW_COMPONENTS.values():
                self._await(name, step, lambda name=name: probe(name, self.addresses).well)  # type: ignore[misc]
            api = self.api()
            api.warm_up()
            api.ensure_pools()
            api.ensure_variables()
            step.note = self.settings.airflow_url

    def _await(self, name: str, step: Step, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS.get(name, DEFAULT_READY_SECONDS)
        starts: set[int] = set()
        while not is_ready():
            info = self.supervisor.states().get(name, {})
            starts.add(info.get("pid", 0))
            if info.get("statename") == "FATAL" or len(starts) > MOST_STARTS or time.monotonic() > deadline:
                log = self.settings.logs_dir / f"{name}.log"
                said = log.read_text(errors="replace")[-1500:] if log.exists() else "(nothing)"
                raise StackError(f"{name} does not answer after {step.seconds:.0f} s. The end of {log}:\n{said}")
            time.sleep(POLL_SECONDS)

    @staticmethod
    def _in_step(board: Board, name: str, work: Callable[[Step], None]) -> None:
        with board.step(name) as step:
            work(step)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.phases[name] = round(time.monotonic() - began, 1)


def _all(futures: list[Future[None]]) -> None:
    for future in futures:
        future.result()


def _note(step: Step, text: str) -> None:
    step.note = text


def _can_connect(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True

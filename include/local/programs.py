"""What supervisord runs: one launch script per server, with its whole environment, that a person can also run by hand."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

from include.local import airflow_home, object_store, opensearch, postgres
from include.local.privileges import Account
from include.local.settings import HOST, Settings

#: Kept in the environment of every process of a stack, so that leftovers can be told from anything else on the machine.
HOME_VARIABLE = "LEARN_PIPELINES_HOME"
#: Inherited variables that would change how the servers behave.
SCRUBBED = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE")
AIRFLOW_COMPONENTS = {
    "api-server": "airflow-api",
    "scheduler": "airflow-scheduler",
    "dag-processor": "airflow-parser",
    "triggerer": "airflow-triggerer",
}


@dataclass(frozen=True)
class Program:
    """One child of supervisord."""

    name: str
    command: list[str]
    cwd: Path
    environment: dict[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: str = "TERM"
    stop_wait_seconds: int = 10
    port: str = ""

    def script(self, settings: Settings) -> str:
        """The launch script: environment, then the command in place of the shell."""
        prefix = self.account.prefix if self.account else ()
        told = {HOME_VARIABLE: str(settings.home), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **self.environment}
        lines = [
            "#!/bin/sh",
            f"unset {' '.join(SCRUBBED)}",
            *(f"export {name}={shlex.quote(value)}" for name, value in told.items()),
            f"cd {shlex.quote(str(self.cwd))} || exit 1",
            f"exec {shlex.join([*prefix, *self.command])}",
        ]
        return "\n".join(lines) + "\n"


def servers(settings: Settings, account: Account | None) -> list[Program]:
    """The servers that this stack has to run itself, in the order in which they are needed."""
    made: list[Program] = []
    if not settings.given_postgres_dsn:
        binaries = postgres.find_binaries()
        made.append(
            Program(
                "postgres",
                postgres.command(settings, binaries),
                cwd=Path("/"),
                account=account,
                stop_signal="INT",  # fast shutdown: sessions are ended, nothing waits for them
                stop_wait_seconds=30,
                port="postgres",
            )
        )
    if not settings.given_opensearch_url:
        made.append(
            Program(
                "opensearch",
                opensearch.command(settings),
                cwd=opensearch.folder(settings),
                account=account,
                stop_wait_seconds=20,
                port="opensearch",
            )
        )
    if not settings.given_s3_url:
        made.append(
            Program("s3", object_store.command(settings), cwd=settings.home, environment=object_store.environment(settings), port="s3")
        )
    return made


def upstream(settings: Settings) -> Program:
    """The sandbox upstream: what the publishers would answer."""
    s3 = settings.s3
    told = {
        "UPSTREAM_SEED": str(settings.upstream_seed),
        "UPSTREAM_RESOURCES": str(settings.upstream_resources),
        "UPSTREAM_DATA": settings.upstream_data,
        "UPSTREAM_OCW_ARCHIVES": settings.upstream_archives,
        "UPSTREAM_CLOCK": settings.upstream_clock,
        "UPSTREAM_STATE": str(settings.home / "upstream.json"),
        "UPSTREAM_OCW_BUCKET": settings.ocw_bucket,
        "UPSTREAM_MITXONLINE_APP_DSN": settings.dsn("mitxonline_app"),
        "UPSTREAM_S3_ENDPOINT_URL": s3["endpoint_url"],
        "UPSTREAM_S3_ACCESS_KEY": s3["aws_access_key_id"],
        "UPSTREAM_S3_SECRET_KEY": s3["aws_secret_access_key"],
        "UPSTREAM_S3_REGION": s3["region_name"],
        "PYTHONPATH": str(settings.root),
    }
    serve = ["include.local.upstream.app:create_app", "--factory", "--host", HOST, "--port", str(settings.ports.upstream)]
    return Program(
        "upstream",
        [sys.executable, "-m", "uvicorn", *serve, "--log-level", "warning"],
        cwd=settings.home,
        environment=told,
        port="upstream",
    )


def airflow(settings: Settings) -> list[Program]:
    """Airflow's four components. No component serves its logs over the network: the API server reads the same files."""
    executable = str(Path(sys.executable).with_name("airflow"))
    options = {
        "api-server": ["--host", HOST, "--port", str(settings.ports.airflow)],
        "scheduler": ["--skip-serve-logs"],
        "triggerer": ["--skip-serve-logs"],
    }
    return [
        Program(
            name,
            [executable, component, *options.get(component, [])],
            cwd=airflow_home.folder(settings),
            environment=airflow_home.environment(settings),
            stop_wait_seconds=8,
            port="airflow" if component == "api-server" else "",
        )
        for component, name in AIRFLOW_COMPONENTS.items()
    ]


def watchdog(settings: Settings) -> Program:
    """Our own probe of all the others."""
    return Program(
        "watchdog",
        [sys.executable, "-m", "include.local.watchdog", str(settings.run_dir / "watchdog.json")],
        cwd=settings.home,
        environment={"PYTHONPATH": str(settings.root)},
    )

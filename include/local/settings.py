"""Where one local stack lives, on which ports, and with which generated passwords.

A stack is a home folder and a set of ports; nothing about it is global. The tests run other instances of the same class.
"""

from __future__ import annotations

import base64
import json
import os
import secrets as randomness
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from dotenv import dotenv_values

from include.local import artifacts

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
SUPERUSER = "postgres"
DATABASES = {"airflow": "airflow", "warehouse": "warehouse_owner", "learn": "learn_owner", "mitxonline_app": "mitxonline_owner"}
DATABASE_ROLES = (
    "airflow",
    "warehouse_owner",
    "warehouse_loader",
    "warehouse_dbt",
    "warehouse_reader",
    "learn_owner",
    "learn_delivery",
    "learn_search",
    "learn_views",
    "learn_reader",
    "mitxonline_owner",
    "mitxonline_reader",
)
#: User -> role of Airflow's simple auth manager. The pipeline's own account triggers and marks runs; it administers nothing.
AIRFLOW_USERS = {"admin": "admin", "viewer": "viewer", "pipeline": "user"}


class SettingsError(Exception):
    """A setting cannot be used; the message names it."""


@dataclass(frozen=True)
class Ports:
    """One loopback port per server. The setting of each is its name in capitals with ``_PORT``."""

    airflow: int = 18080
    postgres: int = 15432
    opensearch: int = 19200
    opensearch_transport: int = 19300
    s3: int = 17070
    upstream: int = 18090

    @staticmethod
    def setting(name: str) -> str:
        """The environment variable that moves this port."""
        return f"{name.upper()}_PORT"

    @classmethod
    def free(cls) -> Ports:
        """Ports that nothing listens on now, for stacks that live as long as a test session."""
        sockets = [socket.socket() for _ in fields(cls)]
        try:
            for each in sockets:
                each.bind((HOST, 0))
            return cls(*(each.getsockname()[1] for each in sockets))
        finally:
            for each in sockets:
                each.close()


@dataclass(frozen=True)
class Secrets:
    """Passwords and keys, generated once per home and kept in ``secrets.json`` (0600)."""

    postgres: str
    roles: Mapping[str, str]
    airflow_users: Mapping[str, str]
    s3_access_key: str
    s3_secret_key: str
    fernet_key: str
    jwt_secret: str
    webhook_secret: str

    @classmethod
    def generate(cls) -> Secrets:
        """A fresh set."""
        return cls(
            postgres=randomness.token_urlsafe(18),
            roles={role: randomness.token_urlsafe(18) for role in DATABASE_ROLES},
            airflow_users={user: randomness.token_urlsafe(9) for user in AIRFLOW_USERS},
            s3_access_key=f"lp{randomness.token_hex(8)}",
            s3_secret_key=randomness.token_urlsafe(24),
            fernet_key=base64.urlsafe_b64encode(randomness.token_bytes(32)).decode(),
            jwt_secret=randomness.token_urlsafe(64),
            webhook_secret=randomness.token_urlsafe(32),
        )

    @classmethod
    def kept_in(cls, path: Path) -> Secrets:
        """Those of ``path``. What it lacks, a role or key that is newer than the file, is made and kept there."""
        kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        made: dict[str, Any] = {
            name: {**value, **kept.get(name, {})} if isinstance(value, dict) else kept.get(name, value)
            for name, value in cls.generate().__dict__.items()
        }
        if made != kept:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(made, file, indent=1)
            draft.replace(path)
        return cls(**made)


@dataclass(frozen=True)
class Settings:
    """One local stack. ``given_*`` are servers that somebody else runs; they are used and never started or stopped."""

    home: Path
    ports: Ports = field(default_factory=Ports)
    given_postgres_dsn: str = ""
    given_opensearch_url: str = ""
    given_s3_url: str = ""
    given_s3_keys: tuple[str, str] = ("", "")
    given_secrets: Secrets | None = None
    upstream_seed: int = 1
    upstream_resources: int = 300
    upstream_data: str = ""
    upstream_archives: str = ""
    upstream_clock: str = ""
    parallelism: int = 6
    durable: bool = True
    root: Path = ROOT
    cache: Path = field(default_factory=artifacts.cache_folder)
    landing_bucket: str = "learn-landing"
    ocw_bucket: str = "ocw-content-live"
    index_prefix: str = "mitlearn"
    region: str = "us-east-1"

    @classmethod
    def load(cls, root: Path = ROOT, environ: Mapping[str, str] = os.environ) -> Settings:
        """The stack of a clone: defaults, then ``.env``, then the environment."""
        values = {name: value for name, value in dotenv_values(root / ".env").items() if value} | dict(environ)

        def number(name: str, default: int) -> int:
            try:
                return int(values.get(name) or default)
            except ValueError:
                raise SettingsError(f"{name}={values[name]!r} is not a whole number (environment or .env)") from None

        ports = Ports(**{each.name: number(Ports.setting(each.name), getattr(Ports, each.name)) for each in fields(Ports)})
        doubled = [name for name, port in ports.__dict__.items() if list(ports.__dict__.values()).count(port) > 1]
        if doubled:
            raise SettingsError(f"{' and '.join(Ports.setting(name) for name in doubled)} are the same port")
        data = values.get("UPSTREAM_DATA", "")

        def given(name: str, own_port: int) -> str:
            url = values.get(name, "").rstrip("/")
            return "" if url == f"http://{HOST}:{own_port}" else url  # our own, from `eval "$(make -s env)"`

        s3_url = given("S3_ENDPOINT_URL", ports.s3)
        return cls(
            home=root / ".local",
            ports=ports,
            given_postgres_dsn=values.get("POSTGRES_DSN", ""),
            given_opensearch_url=given("OPENSEARCH_URL", ports.opensearch),
            given_s3_url=s3_url,
            given_s3_keys=(values.get("S3_ACCESS_KEY", ""), values.get("S3_SECRET_KEY", "")) if s3_url else ("", ""),
            upstream_seed=number("UPSTREAM_SEED", cls.upstream_seed),
            upstream_resources=number("UPSTREAM_RESOURCES", cls.upstream_resources),
            upstream_data=str((root / data).resolve()) if data else "",
            upstream_archives=values.get("UPSTREAM_OCW_ARCHIVES", ""),
            upstream_clock=values.get("UPSTREAM_CLOCK", ""),
            parallelism=number("AIRFLOW_PARALLELISM", cls.parallelism),
            root=root,
            cache=artifacts.cache_folder(values),
        )

    @cached_property
    def secrets(self) -> Secrets:
        """The generated passwords of this home, or those that were given."""
        return self.given_secrets or Secrets.kept_in(self.home / "secrets.json")

    @property
    def run_dir(self) -> Path:
        """Launch scripts, supervisor's configuration and process ids."""
        return self.home / "run"

    @property
    def logs_dir(self) -> Path:
        """One log file per server."""
        return self.home / "logs"

    @property
    def postgres_host_port(self) -> tuple[str, int]:
        """Where Postgres listens."""
        if self.given_postgres_dsn:
            parts = urlsplit(self.given_postgres_dsn)
            return parts.hostname or HOST, parts.port or 5432
        return HOST, self.ports.postgres

    @property
    def admin_dsn(self) -> str:
        """Superuser DSN of the maintenance database."""
        if self.given_postgres_dsn:
            return self.given_postgres_dsn
        return f"postgresql://{SUPERUSER}:{quote(self.secrets.postgres)}@{HOST}:{self.ports.postgres}/postgres"

    def admin_dsn_of(self, database: str) -> str:
        """Superuser DSN of ``database``."""
        return urlunsplit(urlsplit(self.admin_dsn)._replace(path=f"/{database}"))

    def dsn(self, database: str, role: str = "") -> str:
        """DSN of ``database`` for ``role``; without a role, for the database's owner."""
        role = role or DATABASES[database]
        host, port = self.postgres_host_port
        return f"postgresql://{role}:{quote(self.secrets.roles[role])}@{host}:{port}/{database}"

    @property
    def opensearch_url(self) -> str:
        """The search server."""
        return self.given_opensearch_url or f"http://{HOST}:{self.ports.opensearch}"

    @property
    def s3(self) -> dict[str, str]:
        """Keyword arguments of ``boto3.client("s3", ...)``."""
        own = (self.secrets.s3_access_key, self.secrets.s3_secret_key)
        access, secret = self.given_s3_keys if self.given_s3_url else own
        return {
            "endpoint_url": self.given_s3_url or f"http://{HOST}:{self.ports.s3}",
            "aws_access_key_id": access,
            "aws_secret_access_key": secret,
            "region_name": self.region,
        }

    @property
    def airflow_url(self) -> str:
        """Airflow's UI and API."""
        return f"http://{HOST}:{self.ports.airflow}"

    @property
    def upstream_url(self) -> str:
        """The sandbox upstream."""
        return f"http://{HOST}:{self.ports.upstream}"

    def exports(self) -> dict[str, str]:
        """What another tool needs to reach the running stack (``make -s env``)."""
        return {
            "AIRFLOW_URL": self.airflow_url,
            "AIRFLOW_USER": "admin",
            "AIRFLOW_PASSWORD": self.secrets.airflow_users["admin"],
            "WAREHOUSE_URL": self.dsn("warehouse"),
            "LEARN_URL": self.dsn("learn"),
            "OPENSEARCH_URL": self.opensearch_url,
            "OPENSEARCH_INDEX_PREFIX": self.index_prefix,
            "S3_ENDPOINT_URL": self.s3["endpoint_url"],
            "S3_ACCESS_KEY": self.s3["aws_access_key_id"],
            "S3_SECRET_KEY": self.s3["aws_secret_access_key"],
            "AWS_REGION": self.region,
            "LANDING_BUCKET": self.landing_bucket,
            "UPSTREAM_URL": self.upstream_url,
            "OCW_UPSTREAM_BUCKET": self.ocw_bucket,
        }

"""Where the check runs: on servers that are given or running already, else on some of its own that are gone afterwards."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import sql

QUICK = Config(connect_timeout=2, read_timeout=30, retries={"total_max_attempts": 2})


@dataclass(frozen=True)
class Servers:
    """A Postgres that databases may be created in, and an S3 server."""

    admin_dsn: str
    s3: Mapping[str, str]

    def client(self) -> Any:
        """A boto3 client of the S3 server."""
        session: Any = boto3.Session()
        return session.client("s3", config=QUICK, **self.s3)

    def answer(self) -> bool:
        """Whether both are there."""
        with suppress(psycopg.OperationalError, BotoCoreError, ClientError):
            with psycopg.connect(self.admin_dsn, connect_timeout=2):
                pass
            self.client().list_buckets()
            return True
        return False


@contextmanager
def available_servers(environ: Mapping[str, str] = os.environ) -> Iterator[Servers]:
    """Those that ``TEST_*`` names, those of ``make up`` when they run, or new ones with their own home and ports."""
    if "TEST_POSTGRES_DSN" in environ:
        yield Servers(
            environ["TEST_POSTGRES_DSN"],
            {
                "endpoint_url": environ["TEST_S3_ENDPOINT_URL"],
                "aws_access_key_id": environ["TEST_S3_ACCESS_KEY"],
                "aws_secret_access_key": environ["TEST_S3_SECRET_KEY"],
                "region_name": "us-east-1",
            },
        )
        return
    from include.local.progress import Board
    from include.local.settings import Ports, Settings
    from include.local.stack import Stack

    running = Settings.load()
    servers = Servers(running.admin_dsn, running.s3)
    if servers.answer():
        yield servers
        return
    stack = Stack(Settings(home=running.home / f"parity-{uuid.uuid4().hex[:6]}", ports=Ports.free(), durable=False), airflow=False)
    try:
        with Board() as board:
            stack.up(board)
        yield Servers(stack.settings.admin_dsn, stack.settings.s3)
    finally:
        stack.reset()
        shutil.rmtree(stack.settings.home, ignore_errors=True)


@contextmanager
def scratch_database(servers: Servers) -> Iterator[str]:
    """DSN of a new empty database, dropped afterwards."""
    name = f"parity_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(servers.admin_dsn)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def scratch_bucket(servers: Servers) -> Iterator[tuple[Any, str]]:
    """A client and the name of a new bucket, emptied and removed afterwards."""
    client = servers.client()
    name = f"parity-{uuid.uuid4().hex[:12]}"
    client.create_bucket(Bucket=name)
    try:
        yield client, name
    finally:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=name):
            for entry in page.get("Contents", []):
                client.delete_object(Bucket=name, Key=entry["Key"])
        client.delete_bucket(Bucket=name)

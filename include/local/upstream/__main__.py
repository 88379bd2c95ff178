"""``python -m include.local.upstream serve`` and ``... load-ocw <archive>``."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

import uvicorn

from include.local.upstream.account import NotOurBucket
from include.local.upstream.app import feed_buckets
from include.local.upstream.catalog import Catalog
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store

DEFAULT_PORT = 8077


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 2 for settings or an archive that make no sense."""
    parser = argparse.ArgumentParser(prog="python -m include.local.upstream", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer as the publishers do, on loopback")
    serve.add_argument("--host", default=os.environ.get("UPSTREAM_HOST", "127.0.0.1"))
    serve.add_argument("--port", type=int, default=int(os.environ.get("UPSTREAM_PORT", DEFAULT_PORT)))
    load = commands.add_parser("load-ocw", help="load an archive of courses into the OCW bucket")
    load.add_argument("archive", type=Path)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = UpstreamSettings.from_env()
        if given.command == "serve":
            return _serve(settings, given.host, given.port)
        return _load(settings, given.archive)
    except (ValueError, NotOurBucket) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _serve(settings: UpstreamSettings, host: str, port: int) -> int:
    if not (host == "localhost" or ipaddress.ip_address(host).is_loopback) and not settings.control_token:
        raise ValueError(f"to listen on {host} set UPSTREAM_CONTROL_TOKEN: anyone who reaches it could command it")
    application = "include.local.upstream.app:create_app"
    uvicorn.run(application, factory=True, host=host, port=port, log_level="warning", access_log=False)
    return 0


def _load(settings: UpstreamSettings, archive: Path) -> int:
    if not settings.s3:
        raise ValueError("set UPSTREAM_S3_ENDPOINT_URL, UPSTREAM_S3_ACCESS_KEY and UPSTREAM_S3_SECRET_KEY")
    catalog = Catalog(settings, Store(replace(settings, state_path=None)))
    loaded = feed_buckets(settings, catalog)["ocw"].load_archive(archive)
    changes = loaded.changes
    counts = f"{changes.written} objects written, {changes.unchanged} unchanged, {changes.deleted} deleted"
    sys.stdout.write(f"{len(loaded.courses)} courses: {counts}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The connections to the feeds of the sandbox upstream. A feed that is not here is plain HTTP without a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from include.local.addresses import Addresses, Parts

OLL_SHEET_ID = "1openLearningLibrarySheet"
"""Of the sandbox; the real one is in the connection of whoever runs this."""


def plain_http(addresses: Addresses, source: str, **extra: Any) -> Parts:
    """HTTP below ``/<source>`` of the sandbox, whose address is private and has to be allowed by name."""
    return {
        "conn_type": "http",
        "host": f"{addresses.upstream_url}/{source}",
        "extra": {"allow_private": [urlsplit(addresses.upstream_url).netloc], **extra},
    }


def _oll(addresses: Addresses, source: str) -> Parts:
    return plain_http(addresses, source, sheet_id=OLL_SHEET_ID)


def _ocw(addresses: Addresses, _: str) -> Parts:
    return addresses.bucket_keys | {"extra": addresses.bucket(addresses.ocw_bucket)}


def _app_database(addresses: Addresses, _: str) -> Parts:
    """MITx Online's own database, as a role that may only read its views."""
    return _views(addresses, "mitxonline_app", "mitxonline_reader", "learn_export")


def _with_token(token_path: str, base_path: str = "") -> Callable[[Addresses, str], Parts]:
    """HTTP with OAuth2 client credentials; the sandbox gives a token to any client unless it has a secret."""

    def parts(addresses: Addresses, source: str) -> Parts:
        plain = plain_http(addresses, source, token_url=f"{addresses.upstream_url}/{source}{token_path}")
        return plain | {"host": f"{plain['host']}{base_path}", "login": "sandbox", "password": "sandbox"}

    return parts


def _learn_tables(addresses: Addresses, _: str) -> Parts:
    return _views(addresses, "learn", "learn_reader", "public")


def _views(addresses: Addresses, database: str, reader: str, schema: str) -> Parts:
    """A database as a role that may only read one schema of it."""
    host, port = addresses.postgres
    return addresses.database(database, reader) | {"extra": {"read_schema": schema, "allow_private": [f"{host}:{port}"]}}


def _bucket(name: str) -> Callable[[Addresses, str], Parts]:
    """A bucket of the S3 server, which the sandbox fills."""

    def parts(addresses: Addresses, _: str) -> Parts:
        return addresses.bucket_keys | {"extra": addresses.bucket(name)}

    return parts


def _youtube(addresses: Addresses, source: str) -> Parts:
    return plain_http(addresses, source, config_url=f"{addresses.upstream_url}/{source}/config/channels.yaml")


UPSTREAMS: Mapping[str, Callable[[Addresses, str], Parts]] = {
    "canvas": _bucket("ol-data-lake-landing-zone"),
    "mit_edx": _with_token("/oauth2/v1/access_token"),
    "mitxonline_db": _app_database,
    "ocw": _ocw,
    "oll": _oll,
    # The shows of the sandbox are on hosts that do not exist.
    "podcast": partial(plain_http, mirror="/rss"),
    "posthog": _bucket("posthog-events"),
    "see": _with_token("/oauth2/token", "/api"),
    "news_learn": _learn_tables,
    "youtube": _youtube,
}

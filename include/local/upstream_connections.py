"""The connections to the feeds of the sandbox upstream. A feed that is not here is plain HTTP without a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from include.local.connections import Place

Parts = dict[str, Any]
OLL_SHEET_ID = "1openLearningLibrarySheet"
"""Of the sandbox; the real one is in the connection of whoever runs this."""


def plain_http(place: Place, source: str, **extra: Any) -> Parts:
    """HTTP below ``/<source>`` of the sandbox, whose address is private and has to be allowed by name."""
    return {
        "conn_type": "http",
        "host": f"{place.upstream_url}/{source}",
        "extra": {"allow_private": [urlsplit(place.upstream_url).netloc], **extra},
    }


def _oll(place: Place, source: str) -> Parts:
    return plain_http(place, source, sheet_id=OLL_SHEET_ID)


def _ocw(place: Place, _: str) -> Parts:
    return place.bucket_keys | {"extra": place.bucket(place.ocw_bucket)}


def _app_database(place: Place, _: str) -> Parts:
    """MITx Online's own database, as a role that may only read its views."""
    return _views(place, "mitxonline_app", "mitxonline_reader", "learn_export")


def _with_token(token_path: str, base_path: str = "") -> Callable[[Place, str], Parts]:
    """HTTP with OAuth2 client credentials; the sandbox gives a token to any client unless it has a secret."""

    def parts(place: Place, source: str) -> Parts:
        plain = plain_http(place, source, token_url=f"{place.upstream_url}/{source}{token_path}")
        return plain | {"host": f"{plain['host']}{base_path}", "login": "sandbox", "password": "sandbox"}

    return parts


def _learn_tables(place: Place, _: str) -> Parts:
    return _views(place, "learn", "learn_reader", "public")


def _views(place: Place, database: str, reader: str, schema: str) -> Parts:
    """A database as a role that may only read one schema of it."""
    host, port = place.postgres
    return place.database(database, reader) | {"extra": {"read_schema": schema, "allow_private": [f"{host}:{port}"]}}


def _bucket(name: str) -> Callable[[Place, str], Parts]:
    """A bucket of the S3 server, which the sandbox fills."""

    def parts(place: Place, _: str) -> Parts:
        return place.bucket_keys | {"extra": place.bucket(name)}

    return parts


def _youtube(place: Place, source: str) -> Parts:
    return plain_http(place, source, config_url=f"{place.upstream_url}/{source}/config/channels.yaml")


UPSTREAMS: Mapping[str, Callable[[Place, str], Parts]] = {
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

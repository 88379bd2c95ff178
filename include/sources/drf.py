"""Django REST Framework's pages: ``{"count", "next", "previous", "results"}``.

Nothing here believes that a list has ended because a page is missing, empty or short: the end is ``next: null`` with as many records
read as ``count`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Json, Page, Stream
from include.sources.http import HttpClient, same_host
from include.sources.split import split_records

READ_AGAIN = "Nothing at first: the list is read again from the start. If it stays, compare the publisher's count with its pages."


def drf_pages(stream: Stream, client: HttpClient, path: str, cursor: Json | None, limit: int | None) -> Iterator[Page]:
    """Pages from ``path``, or after ``cursor`` (``{"next": path and query, "page", "read"}``)."""
    link, number, read = (cursor["next"], cursor["page"], cursor["read"]) if cursor else (path, 0, 0)
    total: int | None = cursor["count"] if cursor else None
    while link is not None:
        number += 1
        where = f"{stream.name}, page {number}"
        url = same_host(client.base_url, link)
        body = _page_body(client, client.get_json(url, where), where)
        if total is not None and body["count"] != total:
            raise _incomplete(client, where, f"The count went from {total} to {body['count']} while the list was read")
        total = body["count"]
        records, rejects = split_records(stream, body["results"], number)
        read += len(body["results"])
        following = _path_of(client, body["next"])
        if not body["results"] and (following or read != total):
            raise _incomplete(client, where, f"The page is empty, with {read} of {total} records read")
        if read > total or (following is None and read != total and (limit is None or read < limit)):
            raise _incomplete(client, where, f"The upstream counts {total} records, {read} came up to the last page")
        after = {"next": following, "page": number, "read": read, "count": total} if following else None
        yield Page(records, rejects, after, total, number)
        link = following
        if limit is not None and read >= limit:
            return


def _page_body(client: HttpClient, body: Any, where: str) -> Json:
    if body in ({}, [], None):
        raise _incomplete(client, where, "The upstream answered with nothing")
    missing = [name for name in ("count", "next", "results") if not isinstance(body, dict) or name not in body]
    if missing or not isinstance(body["results"], list) or type(body["count"]) is not int or not isinstance(body["next"], str | None):
        raise SchemaDrift(
            f"The page has not the shape of a Django REST list (missing: {', '.join(missing) or 'nothing, but types differ'})",
            source=client.source,
            where=where,
            sample=str(body)[:300],
            what_to_do="The publisher changed its API: compare with sources.md 2.3 and adapt the source.",
        )
    page: Json = body
    return page


def _path_of(client: HttpClient, link: str | None) -> str | None:
    if link is None:
        return None
    parts = urlsplit(same_host(client.base_url, link))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _incomplete(client: HttpClient, where: str, message: str) -> IncompletePage:
    return IncompletePage(message, source=client.source, where=where, what_to_do=READ_AGAIN)

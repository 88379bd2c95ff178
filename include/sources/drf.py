"""Django REST Framework's pages: ``{"count", "next", "previous", "results"}``.

Nothing here believes that a list has ended because a page is missing, empty or short: the end is ``next: null`` with as many records
read as ``count`` says. Some publishers send ``next`` and ``results`` only; their end is ``next: null``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Json, Page, Reader, Reading, Stream
from include.sources.http import HttpClient, same_host
from include.sources.split import split_records

READ_AGAIN = "Nothing at first: the list is read again from the start. If it stays, compare the publisher's count with its pages."


RESUMES = "a read goes on after the last page, which a manifest cannot"
"""Why such a source is not low-code."""


def drf_lists(paths: Mapping[str, str], *, query: str = "", counted: bool = True) -> Reader:
    """Reads streams that are lists of pages, and nothing else.

    :param paths: of each stream, where the connection's ``<stream>_path`` says no other.
    :param query: added to the first address of each stream.
    :param counted: see `drf_pages`.
    """

    def read(stream: Stream, client: HttpClient, reading: Reading) -> Iterator[Page]:
        path = client.paths.get(stream.name, paths[stream.name])
        start = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
        return drf_pages(stream, client, start, reading.cursor, reading.limit, counted=counted)

    return read


def drf_pages(
    stream: Stream, client: HttpClient, path: str, cursor: Json | None, limit: int | None, *, counted: bool = True
) -> Iterator[Page]:
    """Pages from ``path`` (or a whole URL), or after ``cursor`` (``{"next": path and query, "page", "read", "count"}``).

    :param counted: a page must say ``count``; one that does is held to it in any case.
    """
    start = client.url(path)
    link, number, read = (cursor["next"], cursor["page"], cursor["read"]) if cursor else (start, 0, 0)
    total: int | None = cursor["count"] if cursor else None
    followed: set[str] = set()
    while link is not None:
        number += 1
        where = f"{stream.name}, page {number}"
        url = same_host(start, link)
        if url in followed:
            raise _incomplete(client, where, "The link to the next page leads back to one that was read")
        followed.add(url)
        body = _page_body(client, client.get_json(url, where), where, counted)
        before, total = total, body["count"]
        if before is not None and total != before:
            raise _incomplete(client, where, f"The count went from {before} to {total} while the list was read")
        records, rejects = split_records(stream, body["results"], number)
        read += len(body["results"])
        following = _path_of(start, body["next"])
        if following and _leads_past(url, following):
            raise _incomplete(client, where, "The link to the next page leads past one")
        # An empty page is believed when it is the only one, or when the count says that nothing is missing.
        if not body["results"] and (following or (number > 1 if total is None else read != total)):
            raise _incomplete(client, where, f"The page is empty, with {read} of {total or 'unknown'} records read")
        is_short = following is None and (limit is None or read < limit)
        if total is not None and (read > total or (is_short and read != total)):
            raise _incomplete(client, where, f"The upstream counts {total} records, {read} came up to the last page")
        after = {"next": following, "page": number, "read": read, "count": total} if following else None
        yield Page(records, rejects, after, total, number)
        link = following
        if limit is not None and read >= limit:
            return


def checked_count(client: HttpClient, body: Any, where: str, before: int | None) -> int:
    """The count of a page that somebody else follows: of the right shape, as before, and with its next page on the same host.

    :raises IncompletePage: the count changed while the list was read, or the page is empty before the end.
    """
    page = _page_body(client, body, where, counted=True)
    if before is not None and page["count"] != before:
        raise _incomplete(client, where, f"The count went from {before} to {page['count']} while the list was read")
    if not page["results"] and page["next"]:
        raise _incomplete(client, where, "The page is empty, and names a next one")
    _path_of(client.base_url, page["next"])
    count: int = page["count"]
    return count


def _page_body(client: HttpClient, body: Any, where: str, counted: bool) -> Json:
    if body in ({}, [], None):
        raise _incomplete(client, where, "The upstream answered with nothing")
    missing = [name for name in ("count", "next", "results") if not isinstance(body, dict) or name not in body]
    if not counted and missing == ["count"]:
        missing, body = [], {**body, "count": None}
    if missing or not _has_types(body, counted):
        raise SchemaDrift(
            f"The page has not the shape of a Django REST list (missing: {', '.join(missing) or 'nothing, but types differ'})",
            source=client.source,
            where=where,
            sample=str(body)[:300],
            what_to_do="The publisher changed its API: compare with the feed's section of sources.md and adapt the source.",
        )
    page: Json = body
    return page


def _has_types(body: Json, counted: bool) -> bool:
    counts = type(body["count"]) is int or (body["count"] is None and not counted)
    return counts and isinstance(body["results"], list) and isinstance(body["next"], str | None)


def _path_of(start: str, link: str | None) -> str | None:
    if not link:
        return None
    parts = urlsplit(same_host(start, link))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _leads_past(here: str, following: str) -> bool:
    """Whether a link by page number, or by offset and limit, leaves something out; of a list without a count nothing else tells."""
    now, then = (dict(parse_qsl(urlsplit(url).query)) for url in (here, following))
    if "page" in then:
        step, place, wanted = "1", now.get("page", "1"), then["page"]
    else:
        step, place, wanted = then.get("limit", ""), now.get("offset", "0"), then.get("offset", "")
    numbers = [step, place, wanted]
    return all(number.isdecimal() for number in numbers) and int(wanted) > int(place) + int(step)


def _incomplete(client: HttpClient, where: str, message: str) -> IncompletePage:
    return IncompletePage(message, source=client.source, where=where, what_to_do=READ_AGAIN)

"""Drupal's JSON:API: linked pages, and entries behind relations, each asked for once in a run (sources.md 7.4).

A list of events with five relations each would be five requests per event. A relation names the ids that it leads to, and terms and
pictures are shared; so a relation is followed only when it leads to something that this run has not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Json
from include.sources.http import HttpClient, same_host

MAX_FOLLOWED = 3_000
"""Requests for relations in one read; a publisher whose events need more should be asked in another way."""
READ_AGAIN = "Nothing at first: the list is read again from the start. If it stays, look at the links of its pages."


def linked_pages(client: HttpClient, path: str, cursor: Json | None, name: str) -> Iterator[tuple[int, list[Any], Json | None]]:
    """(number, entries, cursor) of each page, up to the one without a link to the next.

    :raises IncompletePage: a page repeats what another had, a link leads past a page, or the page that was promised is empty.
    """
    link: str | None = cursor["next"] if cursor else client.url(path)
    number = cursor["page"] if cursor else 0
    seen: set[str] = set()
    while link is not None:
        number += 1
        where = f"{name}, page {number}"
        body = client.get_json(same_host(client.base_url, link), where)
        entries, following = _page(client, body, where)
        ids = {str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry}
        if seen & ids:
            raise _incomplete(client, where, f"The page repeats {len(seen & ids)} entries of a page before")
        if not entries and number > 1:
            raise _incomplete(client, where, "The page that the one before it promised is empty")
        if following is not None and _offset(following) not in (None, _offset(link, 0) + _limit(following)):
            raise _incomplete(client, where, f"The next page begins at {_offset(following)}, this one at {_offset(link, 0)}")
        seen |= ids
        yield number, entries, {"next": following, "page": number} if following else None
        link = following


def _page(client: HttpClient, body: Any, where: str) -> tuple[list[Any], str | None]:
    entries = body.get("data") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        raise SchemaDrift(
            "The page has not the shape of a JSON:API list: no list `data`",
            source=client.source,
            where=where,
            sample=str(body)[:300],
            what_to_do="The publisher changed its API: compare with sources.md 7.4 and adapt the source.",
        )
    link = (body.get("links") or {}).get("next")
    href = link.get("href") if isinstance(link, dict) else link
    if href is None:
        return entries, None
    parts = urlsplit(same_host(client.base_url, str(href)))
    return entries, f"{parts.path}?{parts.query}"


def _parameter(link: str, name: str) -> int | None:
    [value] = parse_qs(urlsplit(link).query).get(name, [""])[-1:]
    return int(value) if value.isdecimal() else None


def _offset(link: str, default: int | None = None) -> Any:
    found = _parameter(link, "page[offset]")
    return default if found is None else found


def _limit(link: str) -> int:
    return _parameter(link, "page[limit]") or 0


def _incomplete(client: HttpClient, where: str, message: str) -> IncompletePage:
    return IncompletePage(message, source=client.source, where=where, what_to_do=READ_AGAIN)


@dataclass
class Relations:
    """Entries behind relations, kept by type and id for one read."""

    client: HttpClient
    known: dict[tuple[str, str], Json] = field(default_factory=dict)
    followed: int = 0

    def entries(self, entry: Json, relation: str) -> list[Json]:
        """What a relation of an entry leads to, in its order; entries that the publisher does not show are left out."""
        found = (entry.get("relationships") or {}).get(relation) or {}
        data = found.get("data")
        wanted = [_identity(each) for each in (data if isinstance(data, list) else [data] if data else [])]
        if any(each not in self.known for each in wanted):
            self._follow(found, relation)
        return [self.known[each] for each in wanted if each in self.known]

    def _follow(self, relation: Json, name: str) -> None:
        href = ((relation.get("links") or {}).get("related") or {}).get("href")
        if not href:
            return
        self.followed += 1
        if self.followed > MAX_FOLLOWED:
            raise SchemaDrift(
                f"More than {MAX_FOLLOWED} relations had to be followed",
                source=self.client.source,
                where=name,
                what_to_do="Ask for the relations with the list (include=), or raise the limit in include/sources/jsonapi.py.",
            )
        body = self.client.get_json(same_host(self.client.base_url, str(href)), name)
        data = body.get("data") if isinstance(body, dict) else None
        for each in data if isinstance(data, list) else [data] if data else []:
            if isinstance(each, dict):
                self.known[_identity(each)] = each


def _identity(entry: Any) -> tuple[str, str]:
    return (str(entry.get("type")), str(entry.get("id"))) if isinstance(entry, dict) else ("", "")

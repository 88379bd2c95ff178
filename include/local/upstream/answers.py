"""How an answer is written: rows of a stream as a list, a page, CSV or what a feed has. The faults on them are in ``faulty``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from include.local.upstream.generated.common import Json
from include.local.upstream.refusals import DRF_HEADERS, refusal

if TYPE_CHECKING:
    from include.local.upstream.site import Ask

RECORDS_PER_CHUNK = 64
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Facts:
    """What a page says of the whole. Pages count from 1 here, however the publisher numbers them; ``None`` is no such page."""

    count: int = 0
    page: int = 1
    last_page: int = 1
    following: int | None = None
    previous: int | None = None


Render = Callable[[Iterator[Json], Facts], Iterator[bytes]]


class Records(Protocol):
    """Records by position: a ``StreamView``, or ``Rows``."""

    def __len__(self) -> int: ...

    def records(self, start: int, stop: int) -> Iterator[Json]:
        """Records from ``start`` up to, not including, ``stop`` or the end."""


@dataclass(frozen=True)
class Rows:
    """Records picked for one answer."""

    given: Sequence[Json]

    def __len__(self) -> int:
        return len(self.given)

    def records(self, start: int, stop: int) -> Iterator[Json]:
        """Records from ``start`` up to, not including, ``stop``."""
        return iter(self.given[start:stop])


def json_list(records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
    """A plain JSON list, in chunks."""
    yield b"["
    separator = b""
    while batch := list(islice(records, RECORDS_PER_CHUNK)):
        yield separator + orjson.dumps(batch)[1:-1]
        separator = b","
    yield b"]"


def in_envelope(envelope: Callable[[Facts], Json], rows: str = "results") -> Render:
    """A JSON object with the records as its last member, called ``rows``."""

    def render(records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
        head = orjson.dumps(envelope(facts))[:-1]
        yield head + (b"," if len(head) > 1 else b"") + orjson.dumps(rows) + b":"
        yield from json_list(records, facts)
        yield b"}"

    return render


def csv_text(records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
    """CSV whose header is the fields of the first record; nothing at all without records."""
    line = io.StringIO()
    writer = csv.writer(line)
    fields: list[str] = []
    for record in records:
        if not fields:
            fields = list(record)
            writer.writerow(fields)
        writer.writerow([record.get(name, "") for name in fields])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


@dataclass(frozen=True)
class Answer:
    """The records ``start`` to ``stop``, as ``render`` writes them.

    :param streamed: sent without a length.
    :param change: laid over every record; faults use it.
    :param stream: where the request counts, when that depends on what is asked of one path.
    """

    rows: Records
    start: int = 0
    stop: int | None = None
    render: Render = json_list
    facts: Facts = field(default_factory=Facts)
    media_type: str = JSON_TYPE
    streamed: bool = False
    change: Callable[[Json], Json] | None = None
    stream: str = ""

    @property
    def end(self) -> int:
        """``stop``, or the number of rows."""
        return len(self.rows) if self.stop is None else self.stop

    def body(self) -> Iterator[bytes]:
        """The body in chunks; calling it again gives the same bytes."""
        records = self.rows.records(self.start, self.end)
        return self.render(map(self.change, records) if self.change else records, self.facts)

    def response(self) -> Response:
        """A page as one body with its length, a whole list as a stream."""
        if self.streamed:
            return StreamingResponse(self.body(), media_type=self.media_type, headers=DRF_HEADERS)
        return Response(b"".join(self.body()), media_type=self.media_type, headers=DRF_HEADERS)


Handler = Callable[["Ask"], Answer | Response]


def whole(stream: str, render: Render = json_list, media_type: str = JSON_TYPE) -> Handler:
    """All records of a stream in one answer, streamed."""
    return lambda ask: Answer(ask.view(stream), render=render, media_type=media_type, streamed=True)


def numbered_page(stream: str, size: int, *, first: int = 0, parameter: str = "page", render: Render = json_list) -> Handler:
    """``?page=n`` counted from ``first``; beyond the last page, and only there, no records."""

    def answer(ask: Ask) -> Answer:
        view = ask.view(stream)
        page = (_number(ask.query.get(parameter, "")) or first) - first + 1
        facts = Facts(len(view), page, max(1, -(-len(view) // size)))
        return Answer(view, (page - 1) * size, page * size, render, facts)

    return answer


def drf_page(stream: str, size: int, extra: Callable[[Facts], Json] = lambda facts: {}) -> Handler:
    """``?page=n&page_size=m`` as Django REST framework answers: ``count``, ``next``, ``previous``, ``extra``, ``results``.

    A size that is not a positive number is ignored, one above ``size`` is cut to it; ``last`` is the last page.
    """

    def answer(ask: Ask) -> Answer | Response:
        view = ask.view(stream)
        wanted = _number(ask.query.get("page_size", ""))
        per_page = min(wanted, size) if wanted else size
        last_page = max(1, -(-len(view) // per_page))
        text = ask.query.get("page", "1")
        page = last_page if text == "last" else _number(text)
        if page is None or not 1 <= page <= last_page:
            return refusal(404, "Invalid page.")
        facts = Facts(len(view), page, last_page, page + 1 if page < last_page else None, page - 1 if page > 1 else None)
        render = in_envelope(lambda told: {**drf_links(ask.request, told), **extra(told)})
        return Answer(view, (page - 1) * per_page, page * per_page, render, facts)

    return answer


def drf_links(request: Request, facts: Facts) -> Json:
    """``count``, ``next`` and ``previous``."""
    following, previous = (page and page_link(request, page) for page in (facts.following, facts.previous))
    return {"count": facts.count, "next": following, "previous": previous}


def page_link(request: Request, page: int) -> str:
    """The absolute link of another page: parameters in alphabetical order, none for page 1, as DRF writes it."""
    parameters = dict(request.query_params) | {"page": str(page)}
    if page == 1:
        del parameters["page"]
    return str(request.url.replace(query=urlencode(sorted(parameters.items()))))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None

"""Events of MIT Open Learning: Drupal's JSON:API, linked pages of at most fifty, and one request per relation (``sources.md`` 7.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import orjson
from starlette.responses import Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Facts, Rows, in_envelope
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import LINKED, Feed, Quantity, Stream
from include.local.upstream.generated import events_ol
from include.local.upstream.generated.common import Json
from include.local.upstream.recorded import rows_at
from include.local.upstream.refusals import refusal
from include.local.upstream.site import Ask, Site

PAGE_SIZE = 50
STREAM_OF = {"field_event_image": "pictures"}
"""Where the entries behind a relation of an event are; all others are terms."""
JSON_API = {"version": "1.0", "meta": {"links": {"self": {"href": "http://jsonapi.org/format/1.0/"}}}}


def _routes(site: Site) -> list[Route]:
    return [
        site.get("/jsonapi/node/event", "events", _events),
        site.get("/jsonapi/node/event/{id}/{relation}", "terms", _related),
        site.get("/jsonapi/media/event_image/{id}/field_media_image", "files", _file),
    ]


def _events(ask: Ask) -> Answer:
    """Drupal ignores a page that would be larger than fifty."""
    view = ask.view("events")
    offset = int(ask.query.get("page[offset]", "0"))
    here = str(ask.request.url.replace(query=""))
    page, last = offset // PAGE_SIZE + 1, max(1, -(-len(view) // PAGE_SIZE))

    def envelope(facts: Facts) -> Json:
        links = {"self": {"href": str(ask.request.url)}}
        if facts.following:
            following = {"page[offset]": (facts.following - 1) * PAGE_SIZE, "page[limit]": PAGE_SIZE}
            links["next"] = {"href": f"{here}?{urlencode({'sort': ask.query.get('sort', ''), **following})}"}
        return {"jsonapi": JSON_API, "links": links}

    facts = Facts(len(view), page, last, page + 1 if page < last else None)
    return Answer(view, offset, offset + PAGE_SIZE, in_envelope(envelope, rows="data"), facts, change=_at_home(ask))


def _related(ask: Ask) -> Answer | Response:
    events = ask.view("events")
    position = events.locate(ask.params["id"])
    if position is None:
        return refusal(404, "The requested resource does not exist.")
    relation = ask.params["relation"]
    data = events.entry(position)[1]["relationships"].get(relation, {}).get("data")
    many = isinstance(data, list)
    return _entries(ask, STREAM_OF.get(relation, "terms"), data if isinstance(data, list) else [data] if data else [], many=many)


def _file(ask: Ask) -> Answer | Response:
    pictures = ask.view("pictures")
    position = pictures.locate(ask.params["id"])
    if position is None:
        return refusal(404, "The requested resource does not exist.")
    data = pictures.entry(position)[1]["relationships"]["field_media_image"]["data"]
    return _entries(ask, "files", [data], many=False)


def _entries(ask: Ask, stream: str, wanted: list[Json], *, many: bool) -> Answer:
    view = ask.view(stream)
    positions = [view.locate(entry["id"]) for entry in wanted]
    records = [view.entry(position)[1] for position in positions if position is not None]

    def one(rows: Iterator[Json], facts: Facts) -> Iterator[bytes]:
        yield orjson.dumps({"jsonapi": JSON_API, "data": next(rows, None)})

    return Answer(
        Rows(records), render=in_envelope(lambda facts: {"jsonapi": JSON_API}, rows="data") if many else one, change=_at_home(ask)
    )


def _at_home(ask: Ask) -> Callable[[Json], Json]:
    """Links lead back to this server, whichever host the record was made or recorded on."""
    here = str(ask.request.url).split("/jsonapi")[0].encode()
    return lambda record: orjson.loads(orjson.dumps(record).replace(f"{events_ol.HOST}/jsonapi".encode(), here + b"/jsonapi"))


def _one(body: bytes) -> list[Json]:
    return [orjson.loads(body)["data"]]


FEED = Feed(
    key="events_ol",
    title="Open Learning, events",
    routes=_routes,
    streams=(
        Stream(
            "events",
            events_ol.event,
            key="id",
            quantity=Quantity(fixed=120),
            traits=LINKED,
            recorded=("ol_events.json",),
            parse=rows_at("data"),
            corruptions=corrupted("id", title="attributes.title", date="attributes.field_event_date.value"),
        ),
        Stream(
            "terms",
            events_ol.term,
            key="id",
            quantity=Quantity(fixed=len(events_ol.TERMS)),
            recorded=("ol_events_audience.json", "ol_events_location.json", "ol_events_topics.json"),
            parse=rows_at("data"),
        ),
        Stream(
            "pictures",
            events_ol.picture,
            key="id",
            quantity=Quantity(fixed=events_ol.PICTURES),
            recorded=("ol_events_img_text.json",),
            parse=_one,
        ),
        Stream(
            "files",
            events_ol.file,
            key="id",
            quantity=Quantity(fixed=events_ol.PICTURES),
            recorded=("ol_events_img_src.json",),
            parse=_one,
        ),
    ),
)

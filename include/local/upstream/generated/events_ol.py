"""Events of MIT Open Learning as Drupal's JSON:API has them (``sources.md`` 7.4): events, terms, pictures, files."""

from __future__ import annotations

import uuid
from datetime import timedelta

from include.local.upstream.feed import World
from include.local.upstream.generated.common import QUIET_DAYS, Json, html, stream_of, title, uid
from include.local.upstream.generated.news import slug

HOST = "https://openlearning.mit.edu"
TERMS = (
    *(("event_audience", name) for name in ("Faculty", "MIT Community", "Public", "Students")),
    *(("event_type", name) for name in ("Conference", "Talk", "Webinar", "Workshop")),
    *(("event_location", name) for name in ("Cambridge, MA", "On Campus", "Online")),
)
VOCABULARIES = {"field_event_audience": "event_audience", "field_event_category": "event_type", "field_location_tag": "event_location"}
PICTURES = 24
"""Events share pictures."""


def term(world: World, index: int) -> Json:
    """A term of a vocabulary."""
    vocabulary, name = TERMS[index % len(TERMS)]
    return {
        "type": f"taxonomy_term--{vocabulary}",
        "id": _id(world, vocabulary, name),
        "attributes": {"drupal_internal__tid": 80 + index, "langcode": "en", "status": True, "name": name},
    }


def picture(world: World, index: int) -> Json:
    """A picture as an editor described it; the file behind it is one more request."""
    ident = _id(world, "picture", index)
    meta = {"alt": f"people at event {index + 1}", "title": f"Event {index + 1}", "width": 655, "height": 306}
    return {
        "type": "media--event_image",
        "id": ident,
        "attributes": {"drupal_internal__mid": 3000 + index, "status": True, "name": f"event {index + 1}"},
        "relationships": {
            "field_media_image": {
                "data": {"type": "file--file", "id": _id(world, "file", index), "meta": meta},
                "links": _links(f"/jsonapi/media/event_image/{ident}", "field_media_image"),
            }
        },
    }


def file(world: World, index: int) -> Json:
    """The file of a picture."""
    path = f"event-images/event-{index + 1}.jpg"
    return {
        "type": "file--file",
        "id": _id(world, "file", index),
        "attributes": {"filename": path.split("/")[1], "uri": {"value": f"public://{path}", "url": f"/sites/default/files/{path}"}},
    }


def event(world: World, index: int) -> Json:
    """An event; the later it is, the earlier it stands in the list. About one in eight has no picture, and some have no end."""
    rng = stream_of(world.seed, "events_ol/events", index)
    ident, told = uid(rng), title(rng)
    distance = 300 - 4 * index
    if abs(distance) <= QUIET_DAYS:
        distance = -QUIET_DAYS - 1
    starts = (world.anchor + timedelta(days=distance)).replace(hour=rng.choice((9, 12, 15)), minute=0, second=0, microsecond=0)
    dates = {"value": f"{starts:%Y-%m-%dT%H:%M:%S}-05:00", "end_value": f"{starts + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}-05:00"}
    if index % 11 == 10:
        dates["end_value"] = ""
    base = f"/jsonapi/node/event/{ident}"
    relations: Json = {}
    for relation, vocabulary in VOCABULARIES.items():
        of_kind = [name for kind, name in TERMS if kind == vocabulary]
        chosen = [name for name in of_kind if rng.random() < 0.5] or of_kind[:1]
        data = [{"type": f"taxonomy_term--{vocabulary}", "id": _id(world, vocabulary, name)} for name in chosen]
        relations[relation] = {"data": data, "links": _links(base, relation)}
    number = rng.randrange(PICTURES)
    pictured = None if index % 8 == 7 else {"type": "media--event_image", "id": _id(world, "picture", number)}
    relations["field_event_image"] = {"data": pictured, "links": _links(base, "field_event_image")}
    return {
        "type": "node--event",
        "id": ident,
        "attributes": {
            "drupal_internal__nid": 7000 - index,
            "status": True,
            "title": told,
            "changed": f"{world.anchor - timedelta(days=20 + index):%Y-%m-%dT%H:%M:%S}+00:00",
            "path": {"alias": f"/events/{slug(told)}-{index + 1}", "langcode": "en"},
            "body": {"value": html(rng), "format": "full_html", "summary": ""},
            "field_event_date": dates,
        },
        "relationships": relations,
    }


def _links(base: str, relation: str) -> Json:
    return {"related": {"href": f"{HOST}{base}/{relation}"}, "self": {"href": f"{HOST}{base}/relationships/{relation}"}}


def _id(world: World, *parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{world.seed}:{':'.join(map(str, parts))}"))

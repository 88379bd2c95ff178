"""Podcasts: a folder of YAML in GitHub's contents API, and the RSS of each show behind a mirror (``sources.md`` 2.11).

The hosts of the shows are made up, so RSS is asked for as ``/rss/<host>/<path>``: the ids of shows do not depend on where a sandbox runs.
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime

import yaml
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Facts, Rows, json_list
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated.common import Json, days, html, people, prose, stream_of, title
from include.local.upstream.generated.vocabulary import TOPICS_EXACT, TOPICS_UNKNOWN
from include.local.upstream.refusals import refusal
from include.local.upstream.site import Ask, Site
from include.local.upstream.xml_records import recorded_channel, rss

SHOWS = ("curiosity-hour", "field-notes", "lab-talk", "open-doors", "second-nature")
OFFERORS = ("Bootcamps", "OCW", None, "MIT xPRO", "MITx")
"""By name; only the first and the fourth are names of offerors, as most of the real folder's are not."""
RECORDED_SHOW = {"name": "recorded.yaml", "rss_url": "http://website.url/podcast/rss.xml", "website": "http://website.url/podcast"}
"""How mit-learn's own test configures its recorded RSS."""


def _show(world: World, index: int) -> Json:
    """A file of the folder. ``channel`` is not in the file: it is what the RSS says of the show."""
    rng, slug = stream_of(world.seed, "podcast/shows", index), SHOWS[index % len(SHOWS)]
    config = {
        "rss_url": f"https://feeds.podcasts.example/{slug}/rss.xml",
        "topics": ", ".join([*rng.sample(TOPICS_EXACT, 2), rng.choice(TOPICS_UNKNOWN)]),
        "website": f"https://{slug}.example/",
        "offered_by": OFFERORS[index % len(OFFERORS)],
        "apple_podcasts_url": f"https://podcasts.apple.example/{slug}",
        "google_podcasts_url": f"https://podcasts.google.example/{slug}" if index % 2 else None,
    }
    channel = {
        "title": title(rng),
        "description": f'{html(rng)} <a href="https://{slug}.example/about" onclick="x()">About</a>',
        "itunes:image": {"@href": f"https://pictures.example/{slug}.jpg"},
    }
    return {"name": f"{slug}.yaml", **{name: value for name, value in config.items() if value}, "channel": channel}


def _episode(world: World, index: int) -> Json:
    """An item: elements by name, attributes with ``@``. ``show`` is the file of its show."""
    rng = stream_of(world.seed, "podcast/episodes", index)
    show = f"{SHOWS[index % world.count('shows')]}.yaml"
    page = f"https://{show.removesuffix('.yaml')}.example/episodes/{index + 1}"
    published: datetime = world.anchor + days(rng, -900, -11)
    seconds = rng.randint(59, 7_500)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    item = {
        "guid": {"@isPermaLink": "false", "#text": f"tag:podcasts.example,2020:episodes/{index + 1}"},
        "title": title(rng),
        "pubDate": format_datetime(published),
        "link": page,
        "itunes:duration": rng.choice([clock, str(seconds), f"{seconds // 60}:{seconds % 60:02}"]),
        "itunes:author": " ".join((people(world.seed, rng, 1) or [("An", "Editor")])[0]),
        "itunes:summary": prose(rng, 2),
        "description": html(rng),
        "enclosure": {"@type": "audio/mpeg", "@url": f"{page}.mp3", "@length": str(seconds * 16_000)},
    }
    if index % 3 == 0:
        item["itunes:image"] = {"@href": f"https://pictures.example/episodes/{index + 1}.jpg"}
    return {"show": show, **item}


def _routes(site: Site) -> list[Route]:
    folder = "/repos/{owner}/{repository}/contents/{folder}"
    return [
        site.get(folder, "shows", _listing),
        site.get(f"{folder}/{{name}}", "config", _file),
        site.get("/rss/{host}/{path:path}", "episodes", _rss),
    ]


def _listing(ask: Ask) -> Answer:
    here = str(ask.request.url.replace(query=""))

    def render(records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
        entries = ({**record, "type": "file", "size": 400} for record in records)
        named = (entry | {"url": f"{here}/{entry['name']}?ref=master"} if "name" in entry else entry for entry in entries)
        return json_list(({name: entry[name] for name in entry if name not in ("channel", "rss_url")} for entry in named), facts)

    return Answer(ask.view("shows"), render=render)


def _file(ask: Ask) -> Response:
    """A file as GitHub sends it: in base64, with line breaks."""
    shows = ask.view("shows")
    position = shows.locate(ask.params["name"])
    if position is None:
        return refusal(404, "Not Found")
    show = shows.entry(position)[1]
    text = yaml.safe_dump({name: value for name, value in show.items() if name not in ("name", "channel")}, sort_keys=False)
    return JSONResponse({"name": show["name"], "type": "file", "encoding": "base64", "content": encodebytes(text.encode()).decode()})


def _rss(ask: Ask) -> Answer | Response:
    wanted = f"{ask.params['host']}/{ask.params['path']}"
    shows, episodes = ask.view("shows"), ask.view("episodes")
    show = next((one for one in shows.records(0, len(shows)) if str(one.get("rss_url")).split("//")[-1] == wanted), None)
    if show is None:
        return refusal(404, f"No show has the address {wanted}")
    of_show = [episode for episode in episodes.records(0, len(episodes)) if episode["show"] == show["name"]]
    return Answer(Rows(of_show), render=rss(show["channel"], without=("show",)), media_type="application/rss+xml")


def _recorded_show(body: bytes) -> list[Json]:
    channel, _ = recorded_channel(body)
    wanted = {"title", "description", "itunes:image"}
    return [{**RECORDED_SHOW, "channel": {name: value for name, value in channel.items() if name in wanted}}]


def _recorded_episodes(body: bytes) -> list[Json]:
    return [{"show": RECORDED_SHOW["name"], **item} for item in recorded_channel(body)[1]]


FEED = Feed(
    key="podcast",
    title="Podcasts",
    routes=_routes,
    streams=(
        Stream(
            "shows",
            _show,
            key="name",
            quantity=Quantity(fixed=len(SHOWS)),
            recorded=("*.rss",),
            parse=_recorded_show,
            corruptions=corrupted("rss_url", title=None),
        ),
        Stream(
            "episodes",
            _episode,
            key="guid.#text",
            quantity=Quantity(share=5),
            drift_field="enclosure",
            recorded=("*.rss",),
            parse=_recorded_episodes,
            corruptions=corrupted("guid", "link", "enclosure"),
        ),
    ),
)

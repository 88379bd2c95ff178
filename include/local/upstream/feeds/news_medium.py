"""MIT Open Learning on Medium: one RSS document with the newest articles (``sources.md`` 7.1)."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from starlette.routing import Route

from include.local.upstream.answers import Answer
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated.common import Json, html, stream_of, title
from include.local.upstream.generated.news import slug
from include.local.upstream.site import Ask, Site
from include.local.upstream.xml_records import recorded_channel, rss

TAGS = ("education", "mit", "ol-news", "online-learning", "technology", "teaching-and-learning")


def _article(world: World, index: int) -> Json:
    """Every third begins without a picture, every fourth has a frame in its text."""
    rng = stream_of(world.seed, "news_medium/articles", index)
    told = title(rng)
    key = f"{rng.getrandbits(48):012x}"
    picture = f'<figure><img alt="A picture of {index + 1}" src="https://cdn-images-1.medium.com/max/1024/{key}.jpeg" /></figure>'
    frame = '<iframe src="" width="0" height="0"><a href="https://medium.com/media/x/href">https://medium.com/media/x/href</a></iframe>'
    text = f"<h4>{told}</h4>{picture if index % 3 else ''}{html(rng)}{frame if index % 4 == 3 else ''}"
    return {
        "title": told,
        "link": f"https://medium.com/open-learning/{slug(told)}-{key}?source=rss----4f08dc6485fb---4",
        "guid": {"@isPermaLink": "false", "#text": f"https://medium.com/p/{key}"},
        "category": rng.sample(TAGS, 3),
        "dc:creator": "MIT Open Learning",
        "pubDate": format_datetime(world.anchor - timedelta(days=11 + 3 * index)),
        "content:encoded": text,
    }


def _channel(world: World, index: int) -> Json:
    """What the feed says of itself."""
    return {
        "title": "MIT Open Learning - Medium",
        "description": "News, ideas, and thought leadership on the future of learning. - Medium",
        "link": "https://medium.com/open-learning?source=rss----4f08dc6485fb---4",
        "image": {"url": "https://cdn-images-1.medium.com/proxy/logo.png", "title": "MIT Open Learning - Medium"},
    }


def _routes(site: Site) -> list[Route]:
    return [site.get("/feed/open-learning", "articles", _document)]


def _document(ask: Ask) -> Answer:
    channel = next(ask.view("channel").records(0, 1), {})
    return Answer(ask.view("articles"), render=rss(channel), media_type="text/xml")


FEED = Feed(
    key="news_medium",
    title="MIT Open Learning on Medium",
    routes=_routes,
    streams=(
        Stream(
            "articles",
            _article,
            key="guid.#text",
            quantity=Quantity(fixed=10),
            recorded=("*.rss",),
            parse=lambda body: recorded_channel(body)[1],
            corruptions=corrupted("guid", "link", date="pubDate"),
        ),
        Stream(
            "channel",
            _channel,
            key="link",
            quantity=Quantity(fixed=1),
            recorded=("*.rss",),
            parse=lambda body: [recorded_channel(body)[0]],
        ),
    ),
)

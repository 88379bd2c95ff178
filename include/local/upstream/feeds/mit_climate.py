"""MIT Climate: two plain lists of articles, no key (``sources.md`` 2.13)."""

from __future__ import annotations

from functools import partial

from starlette.routing import Route

from include.local.upstream.answers import whole
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated.common import Json, days, html, people, prose, stream_of, title, uid
from include.local.upstream.site import Site

TOPICS = ("Energy", "Air Travel", "Health &amp; Medicine", "Weather &amp; Natural Disasters", "Climate Modeling", "Energy", "Tea")
"""As the portal writes them, escaped; the last is not mapped."""
PATHS = {"explainers": "/feeds/explainers", "ask_mit_climate": "/feeds/ask-mit-climate"}


def _article(stream: str, world: World, index: int) -> Json:
    """An article. ``created`` is local time without an offset."""
    rng = stream_of(world.seed, f"mit_climate/{stream}", index)
    authors = [" ".join(names) for names in people(world.seed, rng, 2)]
    slug = f"{stream.replace('_', '-')}-{index + 1}"
    return {
        "uuid": uid(rng),
        "title": title(rng).replace("&", "&amp;") + rng.choice(["", " &#039;today&#039;"]),
        "url": f"/explainers/{slug}" if stream == "explainers" else f"/ask-mit/{slug}",
        "image_src": f"/sites/default/files/styles/card/{slug}.jpg" if index % 4 else None,
        "image_alt": prose(rng, 1) if index % 4 else None,
        "summary": html(rng),
        "footnotes": f"<p>{prose(rng, 1)}</p>" if index % 3 else None,
        "byline": f"By {' and '.join(authors)}" if authors else "",
        "topics": "|".join(dict.fromkeys(rng.sample(TOPICS, 3))),
        "created": (world.anchor + days(rng, -1_200, -11)).strftime("%Y-%m-%dT%H:%M:%S"),
    }


def _routes(site: Site) -> list[Route]:
    return [site.get(path, stream, whole(stream)) for stream, path in PATHS.items()]


FEED = Feed(
    key="mit_climate",
    title="MIT Climate",
    routes=_routes,
    streams=tuple(
        Stream(
            name,
            partial(_article, name),
            key="uuid",
            quantity=Quantity(share=2),
            recorded=(f"{name}.json",),
            corruptions=corrupted("uuid", date="created"),
        )
        for name in PATHS
    ),
)

"""News and events as their publishers write them (``sources.md`` section 7): what the feeds of the sandbox have in common."""

from __future__ import annotations

import html
import random
import re
from datetime import datetime, timedelta

from include.local.upstream.feed import World
from include.local.upstream.generated.common import Json, days, person, prose, stream_of, title, uid

TIME_RANGES = (
    "9:00 AM - 5:00 PM",
    "10 - 12 PM",
    "8 - 1 PM",
    "6:30PM EST",
    "12:00- 1:00 PM EDT",
    "12 - 1 PM ET",
    "Available On Demand",
    "",
)
"""Free text, as editors write it; the last ones say no time at all."""
AUTHOR_LISTS = ("{0}", "{0} and {1}", "{0} | School of Engineering", "", "Alexandra {1}")


def headline(rng: random.Random) -> str:
    """A title as it stands in HTML: entities and all."""
    return html.escape(rng.choice(("{}", "Q&A: {}", "What {} can't teach")).format(title(rng)))


def slug(text: str) -> str:
    """The words of a text for an address."""
    return re.sub(r"[^a-z0-9]+", "-", html.unescape(text).lower()).strip("-")[:80]


def names(seed: int, rng: random.Random) -> tuple[str, str]:
    """Two people."""
    first, second = (" ".join(person(seed, number)) for number in rng.sample(range(100), 2))
    return first, second


def mitpe_news(world: World, index: int) -> Json:
    """A piece of news of MIT Professional Education."""
    rng = stream_of(world.seed, "news_mitpe/news", index)
    told = headline(rng)
    return {
        "id": uid(rng),
        "title": told,
        "date": f"{world.anchor - timedelta(days=11 + 9 * index):%Y-%m-%d}",
        "author": rng.choice(AUTHOR_LISTS).format(*names(world.seed, rng)),
        "summary": html.escape(prose(rng, 2)),
        "image": f"/sites/default/files/2023-04/{rng.getrandbits(24):06x}.jpg" if index % 7 else "",
        "url": f"/news/articles/{slug(told)}",
    }


def mitpe_event(world: World, index: int) -> Json:
    """An event of MIT Professional Education; some take several days."""
    rng = stream_of(world.seed, "events_mitpe/events", index)
    told = headline(rng)
    starts = world.anchor + days(rng, -120, 300)
    return {
        "id": uid(rng),
        "title": told,
        "start_date": f"{starts:%Y-%m-%d}",
        "end_date": f"{starts + timedelta(days=rng.choice((0, 0, 1, 3))):%Y-%m-%d}",
        "summary": html.escape(prose(rng, 2)),
        "time_range": TIME_RANGES[index % len(TIME_RANGES)],
        "image": f"/sites/default/files/2023-11/{rng.getrandbits(24):06x}.jpeg",
        "url": f"/events/{slug(told)}",
    }


def cms_item(rng: random.Random, kind: str, told: str, published: datetime, topics: tuple[str, ...]) -> Json:
    """A piece of content as Salesforce's content system wraps it."""
    ident = f"20YU{rng.getrandbits(48):012x}AU"[:18]
    return {
        "contentKey": f"MC{rng.getrandbits(96):026X}"[:28],
        "contentNodes": {},
        "contentUrlName": slug(told),
        "language": "en_US",
        "managedContentId": ident,
        "publishedDate": f"{published:%Y-%m-%dT%H:%M:%S}.000Z",
        "title": told,
        "type": kind,
        "associations": {"topics": [{"id": f"0TO{rng.getrandbits(32):08x}", "name": name} for name in topics]},
    }


def cms_image(rng: random.Random, text: str) -> Json:
    """A picture of the content system."""
    path = f"/cms/delivery/media/MC{rng.getrandbits(96):024X}"
    return {"altText": text, "title": text, "nodeType": "Media", "mediaType": "Image", "url": path, "unauthenticatedUrl": path}


def cms_text(value: str, kind: str = "Text") -> Json:
    """A text of the content system; rich text comes escaped."""
    return {"nodeType": kind, "value": html.escape(value) if kind == "RichText" else value}


def sloan_post(world: World, index: int) -> Json:
    """A post of the blog of Sloan Executive Education."""
    rng = stream_of(world.seed, "news_sloan/posts", index)
    told = headline(rng)
    published = world.anchor - timedelta(days=11 + 5 * index)
    item = cms_item(rng, "Blog_Post", told, published, ("Leadership", "Strategy &amp; Innovation")[: 1 + index % 2])
    item["contentNodes"] = {
        "Article_Title": cms_text(told, "NameField"),
        "Summary": cms_text(f"<p>{prose(rng, 1)}</p>", "RichText"),
        "First_Section_Content": cms_text(f'<p>{prose(rng, 2)} <a href="https://exec.mit.edu/s/webinars">More</a></p>', "RichText"),
        "Featured_Image": cms_image(rng, "A picture of a classroom"),
    }
    if index % 2:
        item["contentNodes"]["Quote_Author"] = cms_text(names(world.seed, rng)[0])
    return item


def sloan_webinar(world: World, index: int) -> Json:
    """A webinar: every third is still to come, one has no date yet, the others are recordings."""
    rng = stream_of(world.seed, "events_sloan/webinars", index)
    is_coming = index % 3 == 0
    told = headline(rng)
    at = world.anchor + timedelta(days=12 + 4 * index) * (1 if is_coming else -1)
    kind, topic = ("Card_Display_Item", "Upcoming Webinars") if is_coming else ("Webinar_Post", "Recent Webinar")
    item = cms_item(rng, kind, told, world.anchor - timedelta(days=30 + index), (topic,))
    written = (
        f"{at:%B} {at.day}, {at.year} | 12:00 PM ET",
        f"{at:%B} {at.day}, {at.year}",
        f"{at:%A}, {at:%B} {at.day}, {at.year} at 11:30 AM EST",
    )
    item["contentNodes"] = {
        "Card_Image": cms_image(rng, told),
        "Image_Text": cms_text("Coming soon" if index == 3 else written[index % len(written)]),
        "CTA_Button_URL": cms_text(f"https://exec.mit.edu/s/webinar-post/{slug(told)}", "Url"),
        "Name": cms_text(told, "NameField"),
        "Summary": cms_text(f"<p>{prose(rng, 1)}</p>"),
        "Full_Webinar_Summary": cms_text(f"<p>{prose(rng, 3)}</p>"),
    }
    return item

"""RSS as records: read whole or not at all, entities refused, nothing fetched."""

from __future__ import annotations

from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.errors import RefusedDocument, SchemaDrift, SourceError, UpstreamUnavailable
from include.warehouse.derive.rss import parse_feed, rss_records
from include.warehouse.derive.xml import decode_xml

SHOW = """
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <media:title>Not this one</media:title><title>Waves &amp; Particles</title>
    <description><![CDATA[Talks about <b>physics</b>]]></description>
    <itunes:image href="https://pictures.example/show.jpg"/>
    <item>
      <guid isPermaLink="false"> talk-1 </guid><title>The caf&#233;</title>
      <itunes:summary>Shorter</itunes:summary><description>Longer &lt;i&gt;text&lt;/i&gt;</description>
      <link>https://show.example/1</link><pubDate>Wed, 01 Apr 2020 18:20:31 -0400</pubDate><itunes:duration>01:02:03</itunes:duration>
      <enclosure url="https://show.example/1.mp3" type="audio/mpeg" length="7"/><itunes:image href="https://pictures.example/1.jpg"/>
    </item>
    <!-- the second has neither guid nor link -->
    <item><title>Only audio</title><enclosure url="https://show.example/2.mp3" type="audio/mpeg" length="7"/></item>
  </channel>
</rss>
"""
ITEM_XML = """<item>
 <guid isPermaLink="false">
  talk-1
 </guid>
 <title>
  The café
 </title>
 <itunes:summary>
  Shorter
 </itunes:summary>
 <description>
  Longer &lt;i&gt;text&lt;/i&gt;
 </description>
 <link>
  https://show.example/1
 </link>
 <pubDate>
  Wed, 01 Apr 2020 18:20:31 -0400
 </pubDate>
 <itunes:duration>
  01:02:03
 </itunes:duration>
 <enclosure length="7" type="audio/mpeg" url="https://show.example/1.mp3"/>
 <itunes:image href="https://pictures.example/1.jpg"/>
</item>
"""


def test_a_feed_and_its_items_have_keys_that_begin_with_the_documents() -> None:
    records = dict(rss_records("waves/", {"document": SHOW, "config": {"website": "w"}}))
    assert list(records) == ["waves/", "waves/talk-1", "waves/https://show.example/2.mp3"]
    assert records["waves/"]["items"] == list(records)[1:]
    assert records["waves/"]["config"] == {"website": "w"}
    assert "document" not in records["waves/"]
    assert records["waves/talk-1"]["parent"] == "waves/"


def test_facts_come_from_the_elements_that_the_rules_name() -> None:
    feed, [first, second] = parse_feed(SHOW)
    assert (feed["title"], feed["description"]) == ("Waves & Particles", "Talks about <b>physics</b>")
    assert feed["itunes_image"] == "https://pictures.example/show.jpg"
    assert (first["title"], first["description"]) == ("The café", "Longer <i>text</i>")
    assert (first["published"], first["duration"]) == ("2020-04-01T22:20:31+00:00", "01:02:03")
    assert first["image"] == "https://pictures.example/1.jpg"
    assert first["xml"] == ITEM_XML
    assert (second["guid"], second["link"], second["id"]) == (None, None, "https://show.example/2.mp3")


@given(st.integers(min_value=1, max_value=len(SHOW.strip()) - 1))
def test_a_cut_document_is_an_error_and_never_a_shorter_list(end: int) -> None:
    with pytest.raises(SourceError):
        parse_feed(SHOW.strip()[:end])


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>', RefusedDocument),
        ('<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss><channel/></rss>', RefusedDocument),
        ("<!DOCTYPE html><html><body>We are moving</body></html>", RefusedDocument),
        ("<html><body>We are moving</body></html>", SchemaDrift),
        ("<rss><channel><title>&undeclared;</title></channel></rss>", UpstreamUnavailable),
        ("", UpstreamUnavailable),
    ],
)
def test_what_is_no_feed_is_refused_by_name(document: str, error: type[SourceError]) -> None:
    with pytest.raises(error):
        parse_feed(document)


def test_an_address_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedparser.http, "get", lambda *_, **__: pytest.fail("feedparser asked the network"))
    for document in ("http://127.0.0.1:9/feed.rss", "/etc/passwd"):
        with pytest.raises(UpstreamUnavailable):
            parse_feed(document)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_the_declared_encoding_is_used(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><title>café</title></channel></rss>'
    decoded = decode_xml(text.encode(encoding))
    assert decoded == text
    assert parse_feed(decoded)[0]["title"] == "café"


def test_a_text_in_another_encoding_than_declared_is_refused() -> None:
    with pytest.raises(SchemaDrift, match="not the text"):
        decode_xml('<?xml version="1.0" encoding="utf-8"?><rss>café</rss>'.encode("latin-1"))


def test_an_atom_feed_is_read_as_well() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><subtitle>All of it</subtitle><entry><id>urn:1</id>'
        '<title>One</title><updated>2024-03-15T13:58:19Z</updated><content type="html">&lt;p&gt;x&lt;/p&gt;</content></entry></feed>'
    )
    feed, [entry] = parse_feed(atom)
    assert (feed["title"], feed["subtitle"]) == ("News", "All of it")
    facts: dict[str, Any] = {name: entry[name] for name in ("id", "title", "updated", "content")}
    assert facts == {"id": "urn:1", "title": "One", "updated": "2024-03-15T13:58:19+00:00", "content": ["<p>x</p>"]}

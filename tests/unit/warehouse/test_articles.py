"""Articles of Medium: the first picture, and frames that do not show their markup."""

from __future__ import annotations

import pytest

from include.warehouse.derive.articles import article_records, first_picture
from include.warehouse.derive.html import POLICIES

ITEM = "<item><guid>https://medium.com/p/1</guid><title>A</title><content:encoded><![CDATA[{}]]></content:encoded></item>"
DOCUMENT = '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title>{}</channel></rss>'


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        (
            '<h4>A</h4><figure><img alt="Blue &amp; red" src="https://x/1.jpg" /><figcaption>c</figcaption></figure>',
            ("https://x/1.jpg", "Blue & red"),
        ),
        ('<figure><img src="https://x/1.jpg"></figure><figure><img src="https://x/2.jpg"></figure>', ("https://x/1.jpg", None)),
        ('<figure>\n<img src="https://x/1.jpg"></figure>', None),
        ('<figure><p>no</p><img src="https://x/1.jpg"></figure>', None),
        ('<p><img src="https://x/1.jpg"></p>', None),
        ("", None),
    ],
)
def test_the_picture_is_the_first_child_of_the_first_figure(text: str, picture: tuple[str, str | None] | None) -> None:
    found = first_picture(text)
    assert found == (picture and {"url": picture[0], "alt": picture[1]})


def test_an_item_has_its_text_as_one_and_a_frame_leaves_what_it_holds() -> None:
    frame = '<p>Before</p><iframe src="" width="0"><a href="https://m/href">https://m/href</a></iframe><p>After</p>'
    landed = {"url": "https://m/feed", "document": DOCUMENT.format(ITEM.format(frame))}
    (_, feed), (key, item) = article_records("https://m/feed#", landed)
    assert feed["items"] == [key]
    assert item["item"]["guid"] == "https://medium.com/p/1"
    assert POLICIES["clean"](item["item"]["content"]) == "<p>Before</p>https://m/href<p>After</p>"
    assert "xml" not in item["item"]

"""Cleaning HTML (sources.md 1.3)."""

from __future__ import annotations

import pytest

from include.sources.base import TextPolicy, text_at
from include.warehouse.derive.html import POLICIES, clean_html, source_hash, texts_at


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (None, ""),
        ("", ""),
        ("plain", "plain"),
        ("<p>a</p>", "<p>a</p>"),
        ('<p class="x" lang="en" title="t" style="color:red">a</p>', "<p>a</p>"),
        ('see <a href="https://x.example" title="t">here</a>', "see here"),
        ("<script>alert(1)</script>a<style>p {}</style>b", "ab"),
        ("a&nbsp;b", "a&nbsp;b"),
        ("<h1>a</h1><table><tr><td>b</td></tr></table><img src=x>", "ab"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<b>open", "<b>open</b>"),
    ],
)
def test_clean(text: str | None, cleaned: str) -> None:
    assert clean_html(text) == cleaned


def test_texts_are_found_in_lists_and_missing_places_are_passed_over() -> None:
    payload = {"page": {"description": "a"}, "courseruns": [{"page": {"description": "b"}}, {"page": None}, {}, 3]}
    fields = [text_at(place, "links") for place in ("page.description", "courseruns.*.page.description", "nothing.here", "page.*.x")]
    assert list(texts_at(payload, fields)) == [("links", "a"), ("links", "b")]


@pytest.mark.parametrize(
    ("policy", "text", "cleaned"),
    [
        ("links", '<a href="https://x.example/" title="t" onclick="x">here</a>', '<a href="https://x.example/" title="t">here</a>'),
        ("links", '<a href="javascript:alert(1)">here</a><img src=x>', "<a>here</a>"),
        ("plain", "<p>a <b>b</b>&nbsp;c</p>", "a b&nbsp;c"),
        ("text", " Q&amp;A &lt; caf&eacute;\n", "Q&A < café"),
        ("unescaped_clean", "&lt;p class=x&gt;a&lt;/p&gt;&lt;script&gt;b&lt;/script&gt;", "<p>a</p>"),
    ],
)
def test_the_other_policies(policy: TextPolicy, text: str, cleaned: str) -> None:
    assert POLICIES[policy](text) == cleaned


def test_the_digest_is_what_sql_computes() -> None:
    assert source_hash("é").hex() == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"

"""Ready-made edits that make one record invalid, one per kind of bad input that the pipelines have to survive."""

from __future__ import annotations

from collections.abc import Mapping

from include.local.upstream.paths import Edit

LONG_TITLE = "A title that goes on " * 15
"""315 characters; Learn's column has 256."""

RECORD_KINDS = ("missing_key", "long_title", "unknown_platform", "price_not_number", "date_not_date")
"""Kinds that change fields; each stream says how, in its ``corruptions``, and may have more of its own."""

BODY_KINDS: dict[str, bytes] = {
    "not_json": b"<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>",
    "empty_object": b"",
}
"""Kind to the whole body of an object in a bucket; ``truncated_json`` keeps the first half of the object's own."""

OBJECT_KINDS = (*BODY_KINDS, "truncated_json")
KINDS = (*RECORD_KINDS, *OBJECT_KINDS)


def corrupted(*key: str, title: str | None = "title", date: str | None = None, price: str | None = None, **more: Edit) -> dict[str, Edit]:
    """The edits of a stream by kind, by the (dotted) names of its fields; what the stream does not have is left out.

    :param key: without these fields a record has no key.
    :param more: edits of kinds that one field does not say.
    """
    texts = {"long_title": (title, LONG_TITLE), "date_not_date": (date, "next spring"), "price_not_number": (price, "on request")}
    edits = {kind: Edit({name: value}) for kind, (name, value) in texts.items() if name}
    return {**({"missing_key": Edit(unset=key)} if key else {}), **edits, **more}


class NotCorruptible(ValueError):
    """This kind makes no sense for this stream."""


def corrupting_edit(kind: str, name: str, edits: Mapping[str, Edit]) -> Edit:
    """The edit of a record-level kind; :raises NotCorruptible: when the stream ``name`` has none for it."""
    if kind not in edits:
        raise NotCorruptible(f"{kind} does not apply to {name}, which has {', '.join(edits) or 'none'}")
    return edits[kind]


def corrupt_body(kind: str, body: bytes) -> bytes:
    """The new body of an object."""
    return body[: len(body) // 2] if kind == "truncated_json" else BODY_KINDS[kind]

"""Ready-made edits that make one record invalid, one per kind of bad input that the pipelines have to survive."""

from __future__ import annotations

from include.local.upstream.paths import Edit

LONG_TITLE = "A title that goes on " * 15
"""315 characters; Learn's column has 256."""

RECORD_KINDS: dict[str, dict[str, Edit]] = {
    "missing_key": {
        "mitxonline": Edit(unset=("readable_id",)),
        "xpro": Edit(unset=("readable_id",)),
        "ocw/courses": Edit(unset=("legacy_uid", "site_uid")),
    },
    "long_title": {
        "mitxonline": Edit({"title": LONG_TITLE}),
        "xpro": Edit({"title": LONG_TITLE}),
        "ocw/courses": Edit({"course_title": LONG_TITLE}),
    },
    "unknown_platform": {"xpro": Edit({"platform": "Udemy"})},
    "price_not_number": {
        "mitxonline": Edit({"min_price": "from 100"}),
        "xpro/courses": Edit({"courseruns.0.current_price": "on request"}),
        "xpro/programs": Edit({"current_price": "on request"}),
    },
    "date_not_date": {
        "mitxonline/courses": Edit({"courseruns.0.start_date": "next spring"}),
        "mitxonline/programs": Edit({"start_date": "next spring"}),
        "xpro/courses": Edit({"courseruns.0.start_date": "next spring"}),
        "xpro/programs": Edit({"start_date": "next spring"}),
    },
}
"""Kind to edit, by ``feed/stream`` or, for both streams alike, by ``feed``."""

BODY_KINDS: dict[str, bytes] = {
    "not_json": b"<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>",
    "empty_object": b"",
}
"""Kind to the whole body of an OCW object; ``truncated_json`` keeps the first half of the object's own."""

KINDS = (*RECORD_KINDS, *BODY_KINDS, "truncated_json")


class NotCorruptible(ValueError):
    """This kind makes no sense for this stream."""


def corrupting_edit(kind: str, feed: str, stream: str) -> Edit:
    """The edit of a record-level kind; :raises NotCorruptible: when the stream has no such field."""
    edits = RECORD_KINDS.get(kind, {})
    edit = edits.get(f"{feed}/{stream}") or edits.get(feed)
    if edit is None:
        raise NotCorruptible(f"{kind} does not apply to {feed}/{stream}; it applies to {', '.join(edits) or 'objects of ocw'}")
    return edit


def corrupt_body(kind: str, body: bytes) -> bytes:
    """The new body of an object."""
    return body[: len(body) // 2] if kind == "truncated_json" else BODY_KINDS[kind]

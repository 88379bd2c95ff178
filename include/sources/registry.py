"""Every source of the product, by its key."""

from __future__ import annotations


def stream_names() -> list[tuple[str, str]]:
    return [("mitxonline", "courses"), ("mitxonline", "programs"), ("xpro", "courses"), ("xpro", "programs"),
            ("ocw", "courses"), ("ocw", "content_files"), ("ocw", "inventory")]

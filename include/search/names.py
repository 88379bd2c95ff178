"""Names of indexes and aliases, as Learn names them (target_model 2.2)."""

from __future__ import annotations

import uuid

HYBRID_TYPE = "combined_hybrid"
QUERYABLE_TYPES = ("course", "program", "podcast", "podcast_episode", "video", "video_playlist", "document")


def serving_alias(prefix: str, index_type: str) -> str:
    """The alias through which Learn reads and writes one type."""
    return f"{prefix}_{index_type}_default"


def global_alias(prefix: str) -> str:
    """The alias of every serving index."""
    return serving_alias(prefix, "all")


def new_index_name(prefix: str, index_type: str) -> str:
    """A backing index that does not exist yet."""
    return f"{prefix}_{index_type}_{uuid.uuid4().hex}"

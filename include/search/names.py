"""Names of indexes and aliases, as Learn names them (target_model 2.2)."""

from __future__ import annotations

import uuid

HYBRID_TYPE = "combined_hybrid"
PERCOLATOR_TYPE = "percolator"
QUERYABLE_TYPES = ("course", "program", "podcast", "podcast_episode", "video", "video_playlist", "document")

REBUILT_TYPES = (*QUERYABLE_TYPES, PERCOLATOR_TYPE)
"""What a rebuild can make: of the percolator it copies what Learn stored. ``combined_hybrid`` only Learn can fill."""


def serving_alias(prefix: str, index_type: str) -> str:
    """The alias through which Learn reads and writes one type."""
    return f"{prefix}_{index_type}_default"


def global_alias(prefix: str) -> str:
    """The alias of every serving index."""
    return serving_alias(prefix, "all")


def rebuilding_alias(prefix: str, index_type: str) -> str:
    """The alias of the index that is to serve next. While it exists, Learn writes to it as well, and begins no rebuild of its own."""
    return f"{prefix}_{index_type}_reindexing"


def first_index_name(prefix: str, index_type: str) -> str:
    """The backing index that is made where there is none: always the same, so that whoever makes it again finds it made."""
    return f"{prefix}_{index_type}_{uuid.uuid5(uuid.NAMESPACE_DNS, f'{prefix}_{index_type}').hex}"


def new_index_name(prefix: str, index_type: str) -> str:
    """A backing index that does not exist yet."""
    return f"{prefix}_{index_type}_{uuid.uuid4().hex}"

"""What a line of the block list must be."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, StringConstraints


class BlockedCourse(BaseModel):
    """A course by its readable id: no space, and no longer than Learn's column."""

    readable_id: Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^\S+$")]

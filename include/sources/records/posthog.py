"""What is used of a chunk of an export: its views."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from include.sources.view_events import LARGEST_ID


class View(BaseModel):
    """Somebody looked at a resource; Learn's own id says which."""

    event_uuid: UUID
    event_date: datetime
    resource_id: int = Field(gt=0, le=LARGEST_ID)


class ViewsOfChunk(BaseModel):
    """The views of some rows of an export."""

    object_key: str
    row_group: int
    piece: int
    views: list[View]

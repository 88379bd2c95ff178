"""The bodies of the control commands; unknown fields are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from include.local.upstream.feeds import FEEDS


def _known(key: str) -> str:
    if key not in FEEDS:
        raise ValueError(f"there is no feed {key!r}; there are {', '.join(FEEDS)}")
    return key


Feed = Annotated[str, AfterValidator(_known)]


class Command(BaseModel):
    """A command's body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class OneRecord(Command):
    """Names one record, by key or by its position in the stream as it is."""

    feed: Feed
    stream: str
    key: str | None = None
    index: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.key is None) == (self.index is None):
            raise ValueError("give either key or index")
        return self


class EditCommand(OneRecord):
    """Change fields of one record."""

    set: dict[str, Any] = {}
    unset: list[str] = []


class CorruptCommand(OneRecord):
    """Make one record, or one object of a bucket, invalid."""

    kind: str


class AddCommand(Command):
    """Publish one more record."""

    feed: Feed
    stream: str
    record: dict[str, Any] | None = None
    key: str | None = None


class ClockCommand(Command):
    """Move the publisher's today."""

    at: AwareDatetime | None = None
    advance_seconds: float | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.at is None) == (self.advance_seconds is None):
            raise ValueError("give either at or advance_seconds")
        return self


class FaultCommand(Command):
    """Misbehave in the next requests of a feed."""

    feed: Feed
    stream: str | None = None
    kind: str
    requests: int = Field(default=1, ge=1)
    options: dict[str, Any] = {}


class LoadOcwCommand(Command):
    """Load an archive of OCW courses."""

    archive: Path


class ResetCommand(Command):
    """Go back to the start."""

    what: Literal["all", "faults", "requests"] = "all"


class StateCommand(Command):
    """Tell what is in force."""

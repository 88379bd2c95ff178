"""Types of consumed fields: what Learn's columns hold (sources.md 1.2) and what Postgres can cast."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, StringConstraints

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
PRICE_LIMIT = Decimal(10) ** 10
"""Prices have 12 digits, two of them after the point."""


class Consumed(BaseModel):
    """Base of the record models: fields that are not named are not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _moment(text: str) -> str:
    if not _MOMENT.fullmatch(text):
        raise ValueError("not an ISO date or time")
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"not a date of the calendar: {error}") from None
    return text


def _number(value: Any) -> Any:
    if value is None:
        return None
    try:
        number = Decimal("nan" if isinstance(value, bool) else str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number) >= PRICE_LIMIT:
        raise ValueError("not a number of at most 12 digits, two of them after the point")
    return value


Moment = Annotated[str, AfterValidator(_moment)]
Number = Annotated[Any, PlainValidator(_number)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=256)]
ReadableId = Annotated[str, StringConstraints(min_length=1, max_length=512)]
RunId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Text256 = Annotated[str, StringConstraints(max_length=256)]
Url = Annotated[str, StringConstraints(max_length=2048)]
TopicName = Annotated[str, StringConstraints(max_length=128)]


class Named(Consumed):
    """An object that is used by its name (a topic, an instructor)."""

    name: Text256 | None = None

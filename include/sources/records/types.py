"""Types of consumed fields: what Learn's columns hold (sources.md 1.2) and what Postgres can cast."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import GetPydanticSchema, PlainValidator, StringConstraints
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict

_ISO = r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$"
PRICE_LIMIT = Decimal(10) ** 10
"""Prices have 12 digits, two of them after the point."""


def _moment(*_: Any) -> CoreSchema:
    """A text that both the pattern and the calendar accept. Made of core schemas: dates are half of what is validated."""
    both = core_schema.chain_schema([core_schema.str_schema(pattern=_ISO, strict=True), core_schema.datetime_schema()])
    return core_schema.custom_error_schema(both, "moment", custom_error_message="not an ISO date or time")


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


Moment = Annotated[Any, GetPydanticSchema(_moment)]
Number = Annotated[Any, PlainValidator(_number)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=256)]
ReadableId = Annotated[str, StringConstraints(min_length=1, max_length=512)]
RunId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Text256 = Annotated[str, StringConstraints(max_length=256)]
Url = Annotated[str, StringConstraints(max_length=2048)]
TopicName = Annotated[str, StringConstraints(max_length=128)]


class Named(TypedDict, total=False):
    """An object that is used by its name (a topic, an instructor)."""

    name: Text256 | None

"""Column types: a Python type that validates a value, and the Postgres type that stores it.

``Annotated[str, Varchar(256)]`` is ``character varying(256)`` and refuses the 257th character; ``list[Varchar24]`` is
``character varying(24)[]``; ``| None`` makes the column nullable. What a plain Python type means is in ``PLAIN``.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .enums import EtlSource


@dataclass(frozen=True)
class SqlType:
    """The Postgres type of a column, spelled as ``format_type`` prints it."""

    sql: str


@dataclass(frozen=True)
class Varchar:
    """``character varying(length)``; the limit counts characters, as Postgres does, not bytes."""

    length: int

    @property
    def sql(self) -> str:
        """The type as ``format_type`` prints it."""
        return f"character varying({self.length})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # An enumeration limits its own values; pydantic knows no maximum length for it.
        return core_schema.str_schema(max_length=self.length) if source is str else handler(source)


@dataclass(frozen=True)
class Numeric:
    """``numeric(precision,scale)``. Postgres would round a third decimal silently; the model refuses it."""

    precision: int
    scale: int

    @property
    def sql(self) -> str:
        """The type as ``format_type`` prints it."""
        return f"numeric({self.precision},{self.scale})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.decimal_schema(max_digits=self.precision, decimal_places=self.scale)


JSONB = SqlType("jsonb")

Varchar3 = Annotated[str, Varchar(3)]
Varchar6 = Annotated[str, Varchar(6)]
Varchar10 = Annotated[str, Varchar(10)]
Varchar11 = Annotated[str, Varchar(11)]
Varchar12 = Annotated[str, Varchar(12)]
Varchar20 = Annotated[str, Varchar(20)]
Varchar24 = Annotated[str, Varchar(24)]
Varchar32 = Annotated[str, Varchar(32)]
Varchar36 = Annotated[str, Varchar(36)]
Varchar80 = Annotated[str, Varchar(80)]
Varchar128 = Annotated[str, Varchar(128)]
Varchar200 = Annotated[str, Varchar(200)]
Varchar255 = Annotated[str, Varchar(255)]
Varchar256 = Annotated[str, Varchar(256)]
Varchar512 = Annotated[str, Varchar(512)]
Varchar1024 = Annotated[str, Varchar(1024)]
Varchar2048 = Annotated[str, Varchar(2048)]

Integer = Annotated[int, SqlType("integer"), Field(ge=-(2**31), lt=2**31)]
NaturalInteger = Annotated[int, SqlType("integer"), Field(ge=0, lt=2**31)]
NaturalBigInteger = Annotated[int, SqlType("bigint"), Field(ge=0, lt=2**63)]
BigInteger = Annotated[int, SqlType("bigint"), Field(ge=-(2**63), lt=2**63)]
Credits = Annotated[Decimal, Numeric(5, 2)]
Feed = Annotated[EtlSource | Literal[""], Varchar(12)]
Amount = Annotated[Decimal, Numeric(12, 2)]
Timestamp = Annotated[AwareDatetime, SqlType("timestamp with time zone")]
Json = Annotated[Any, JSONB]

PLAIN: dict[Any, str] = {
    str: "text",
    bool: "boolean",
    float: "double precision",
    UUID: "uuid",
}


def is_nullable(annotation: Any) -> bool:
    """Whether ``annotation`` admits ``None``; ``Annotated[X | None, ...]`` counts as well."""
    if get_origin(annotation) is Annotated:
        return is_nullable(get_args(annotation)[0])
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)


def sql_type(annotation: Any) -> str:
    """The Postgres type of a column annotated with ``annotation``.

    :raises TypeError: when no Postgres type follows from it; a contract must not guess.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        told = [mark.sql for mark in arguments[1:] if isinstance(mark, SqlType | Varchar | Numeric)]
        return told[0] if told else sql_type(arguments[0])
    if origin in (Union, types.UnionType):
        kinds = [argument for argument in arguments if argument is not type(None)]
        if len(kinds) == 1:
            return sql_type(kinds[0])
    if origin is list:
        return f"{sql_type(arguments[0])}[]"
    if annotation in PLAIN:
        return PLAIN[annotation]
    raise TypeError(f"no Postgres type follows from {annotation!r}")


def enumeration(annotation: Any) -> type[StrEnum] | None:
    """The enumeration that limits a column or, for an array, its elements; None when there is none."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, StrEnum) else None
    found = (enumeration(argument) for argument in get_args(annotation))
    return next((each for each in found if each), None)

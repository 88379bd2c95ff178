"""Records described by a JSON Schema, for sources without Python: a low-code manifest carries the schema of its streams.

Beside the standard formats there are two of ours, for what Postgres can cast: ``moment`` (an ISO date or time) and ``decimal`` (a number
of at most twelve digits written as text).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs
from pydantic import TypeAdapter, ValidationError

from include.sources.records.types import Moment, Number


def _fits(kind: Any) -> Any:
    validate = TypeAdapter(kind).validate_python

    def check(value: str) -> bool:
        try:
            validate(value)
        except ValidationError:
            return False
        return True

    return check


FORMATS = {"moment": _fits(Moment), "decimal": _fits(Number)}


@dataclass(frozen=True)
class JsonSchema:
    """A schema (draft 2020-12) that a record has to fit."""

    schema: dict[str, Any]

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        """The compiled schema. ValueError when it is not one."""
        try:
            return jsonschema_rs.Draft202012Validator(self.schema, formats=FORMATS, validate_formats=True)
        except jsonschema_rs.ValidationError as error:
            raise ValueError(f"not a JSON Schema: {error.message}") from error

"""Whether a record can be used: asked of its Pydantic model, or of the JSON Schema of a manifest, with one form of answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from include.sources.base import Json
from include.sources.json_schema import JsonSchema

REASON_CHARACTERS = 200
"""A schema's reason begins with the value, which may be long."""


@dataclass(frozen=True)
class Misfit:
    """Why a record cannot be used: the first reason, where in the record, and the value that was found there."""

    reason: str
    place: str
    value: Any


def checker(model: type[BaseModel] | JsonSchema) -> Callable[[Json], Misfit | None]:
    """A function that gives the misfit of a payload, None when it fits."""
    return _by_schema(model) if isinstance(model, JsonSchema) else _by_model(model)


def _by_model(model: type[BaseModel]) -> Callable[[Json], Misfit | None]:
    validate = model.__pydantic_validator__.validate_python

    def check(payload: Json) -> Misfit | None:
        try:
            validate(payload)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            reason = str(first["msg"]).removeprefix("Value error, ")
            more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
            return Misfit(reason + more, ".".join(map(str, first["loc"])), first["input"])
        return None

    return check


def _by_schema(schema: JsonSchema) -> Callable[[Json], Misfit | None]:
    validator = schema.validator

    def check(payload: Json) -> Misfit | None:
        if validator.is_valid(payload):
            return None
        errors = list(validator.iter_errors(payload))
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        first = errors[0]
        return Misfit(first.message[-REASON_CHARACTERS:] + more, ".".join(map(str, first.instance_path)), first.instance)

    return check

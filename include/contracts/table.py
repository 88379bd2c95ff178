"""What a Pydantic model cannot say about a table, and how a model becomes a list of columns.

Learn's Django application writes every default itself: no column has a database default, all foreign keys are deferred and
none has an ON DELETE action (target_model 1.1). The default of a field here is therefore Learn's application default,
and ``on_delete`` tells what the application emulates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticUndefined

from .column_types import BigInteger, Integer, Timestamp, is_nullable, sql_type

OnDelete = Literal["CASCADE", "SET_NULL", "PROTECT"]


@dataclass(frozen=True)
class Table:
    """Name, keys, indexes and checks of a table.

    Three kinds of index follow from a rule, as Django makes them, and are not listed: one on ``created_on``, one on each
    foreign key that no unique of its own covers, and a ``varchar_pattern_ops`` one for each single varchar column that is
    a key, unique or indexed.

    :param indexes: further columns with an index of their own.
    :param expression_indexes: name to (unique, expression or column list, condition).
    """

    name: str
    primary_key: str = "id"
    uniques: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[str, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    expression_indexes: Mapping[str, tuple[bool, str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ForeignKey:
    """A reference to the key of another table."""

    table: str
    column: str
    on_delete: OnDelete


@dataclass(frozen=True)
class Column:
    """One column: its Postgres type, whether it may be null, and what it means."""

    name: str
    type: str
    nullable: bool
    description: str
    annotation: Any
    has_default: bool
    default: Any
    references: ForeignKey | None


class LearnTable(BaseModel):
    """A row of a table of Learn as stored; fields are in the order of the columns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    __table__: ClassVar[Table]

    @classmethod
    def columns(cls) -> list[Column]:
        """All columns in physical order."""
        return [_column(name, info) for name, info in cls.model_fields.items()]

    @classmethod
    def column(cls, name: str) -> Column:
        """The column ``name``.

        :raises KeyError: when the table has no such column.
        """
        return _column(name, cls.model_fields[name])


def column(description: str, default: Any = PydanticUndefined) -> Any:
    """A column; ``default`` is the value that Learn's application writes when it is given none."""
    if isinstance(default, list):
        return Field(description=description, default_factory=lambda: list(default))
    return Field(description=description, default=default)


def foreign_key(
    target: type[LearnTable] | str,
    description: str,
    default: Any = PydanticUndefined,
    on_delete: OnDelete = "CASCADE",
) -> Any:
    """A column that refers to the primary key of ``target``: a model, or ``table.column`` where the model is not at hand."""
    if not isinstance(target, str):
        target = f"{target.__table__.name}.{target.__table__.primary_key}"
    about: dict[str, Any] = {"references": target, "on_delete": on_delete}
    return Field(description=description, default=default, json_schema_extra=about)


def _column(name: str, info: Any) -> Column:
    annotation = info.rebuild_annotation()
    references = None
    if info.json_schema_extra:
        table, key = info.json_schema_extra["references"].split(".")
        references = ForeignKey(table, key, info.json_schema_extra["on_delete"])
    return Column(
        name=name,
        type=sql_type(annotation),
        nullable=is_nullable(annotation),
        description=info.description or "",
        annotation=annotation,
        has_default=not info.is_required(),
        default=None if info.is_required() else info.get_default(call_default_factory=True),
        references=references,
    )


class Surrogate(LearnTable):
    """A table whose key Postgres assigns."""

    id: Integer = column("Assigned by Learn's Postgres (identity); other tables and the search index refer to it.")


class Stamped(LearnTable):
    """A table with the two stamps that Learn's application keeps."""

    created_on: Timestamp = column("When the row was inserted; UTC. Drives Learn's `new` sort and its e-mails.")
    updated_on: Timestamp = column("When the row was last written, changed or not; UTC. Not a change signal.")


class Entity(Stamped, Surrogate):
    """A table with an assigned key and the two stamps."""


def link(name: str, left: type[LearnTable], right: type[LearnTable] | str, description: str) -> type[LearnTable]:
    """The model of a many-to-many table as Django makes it: an id, two foreign keys, and a unique pair of them.

    :param right: a model, or ``table.column`` of a table that is not in the contract; its key is then a ``bigint``.
    """
    fields: dict[str, Any] = {}
    for side in (left, right):
        if isinstance(side, str):
            fields["user_id"] = (BigInteger, foreign_key(side, "One side of the pair."))
        else:
            key = side.model_fields[side.__table__.primary_key].rebuild_annotation()
            fields[f"{side.__name__.lower()}_id"] = (key, foreign_key(side, "One side of the pair."))
    title = "".join(part.capitalize() for part in name.removeprefix("learning_resources_").split("_"))
    model: type[LearnTable] = create_model(title, __base__=Surrogate, __doc__=description, **fields)
    model.__table__ = Table(name, uniques=(tuple(fields),))
    return model

"""Fields of search documents: what a value may be, and how OpenSearch maps it.

A field without a mark has no explicit mapping in Learn's indexes: OpenSearch maps it when it first sees it (target_model 2.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from ..enums import Labelled

Properties = dict[str, Any]


@dataclass(frozen=True)
class Mapped:
    """A leaf of a mapping; ``fields`` names its analysed copies by their analyzer."""

    type: str
    analyzers: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    def mapping(self, _annotation: Any) -> Properties:
        """The mapping of the field."""
        copies = {name.removeprefix("custom_"): {"type": "text", "analyzer": name} for name in self.analyzers}
        return {"type": self.type, **dict(self.options), **({"fields": copies} if copies else {})}


@dataclass(frozen=True)
class Contained:
    """A document inside a document; ``nested`` ones keep their fields together when they are searched."""

    nested: bool

    def mapping(self, annotation: Any) -> Properties:
        """The mapping of the model in ``annotation``, however it is wrapped."""
        model = _model(annotation)
        if model is None:
            raise TypeError(f"{annotation!r} is marked as a document inside a document and has none")
        return {**({"type": "nested"} if self.nested else {}), "properties": properties(model)}


class Document(BaseModel):
    """A document, or a part of one. Every key is there, also when null: what the index holds is Learn's API response."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    also_mapped: ClassVar[Mapping[str, Mapped]] = {}
    """Mappings without a key in the documents: slips in Learn's own mapping, kept because indexes are compared with it."""


def properties(*models: type[Document]) -> Properties:
    """The explicit mappings of ``models``; those of a later one count where two map the same key."""
    found: Properties = {}
    for model in models:
        for name, info in model.model_fields.items():
            annotation = info.rebuild_annotation()
            for mark in _marks(annotation):
                found[name] = mark.mapping(annotation)
        found |= {name: mark.mapping(None) for name, mark in model.also_mapped.items()}
    return found


def _marks(annotation: Any) -> list[Mapped | Contained]:
    """The outermost mark of an annotation, as a list of at most one."""
    own = [mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Mapped | Contained)]
    if own:
        return own[:1]
    return next((found for found in map(_marks, get_args(annotation)) if found), [])


def _model(annotation: Any) -> type[Document] | None:
    """The model inside an annotation (``Annotated[list[Model], ...] | None``)."""
    if isinstance(annotation, type) and issubclass(annotation, Document):
        return annotation
    return next((model for model in map(_model, get_args(annotation)) if model), None)


KEYWORD = Mapped("keyword")
NESTED = Contained(nested=True)
OBJECT = Contained(nested=False)
CENTS = Mapped("scaled_float", options=(("scaling_factor", 100),))

Keyword = Annotated[str, KEYWORD]
Text = Annotated[str, Mapped("text", ("custom_english",))]
Headline = Annotated[str, Mapped("text", ("custom_english", "trigram"))]
Topic = Annotated[str, Mapped("keyword", ("custom_english",))]
Id = Annotated[int, Mapped("long")]
Count = Annotated[int, Mapped("integer")]
Year = Annotated[int, KEYWORD]
Flag = Annotated[bool, Mapped("boolean")]
Score = Annotated[float, Mapped("float")]
Moment = Annotated[AwareDatetime, Mapped("date")]
AmountText = Annotated[str, Field(pattern=r"^\d+\.\d\d$")]
Cents = Annotated[AmountText, CENTS]


class Coded(Document):
    """A code and its label."""

    code: Keyword
    name: Keyword


class CodedText(Document):
    """A code and its label, which is searched as text."""

    code: Keyword
    name: Text


def label_of(codes: type[Labelled]) -> AfterValidator:
    """Accept only codes of ``codes``, each with its own label."""

    def check(pair: Coded | CodedText) -> Coded | CodedText:
        if codes(pair.code).label != pair.name:
            raise ValueError(f"{pair.code!r} is labelled {codes(pair.code).label!r}, not {pair.name!r}")
        return pair

    return AfterValidator(check)

"""What resource documents and content-file documents have in common (target_model 2.6)."""

from __future__ import annotations

from typing import Annotated, Literal

from .fields import NESTED, Cents, Coded, Document, Headline, Id, Keyword, Text


class School(Document):
    """A school of MIT."""

    id: Id
    name: Keyword
    url: Keyword


class Department(Document):
    """A department; `channel_url` is null unless its channel is published."""

    department_id: Keyword
    name: Keyword
    channel_url: Keyword | None
    school: Annotated[School, NESTED] | None


class TopicOfResource(Document):
    """A topic; `parent` is the id of the topic above."""

    id: Id
    name: Keyword
    icon: str
    parent: int | None
    channel_url: Keyword | None


class OfferorOfResource(Coded):
    """The unit that offers a resource."""

    channel_url: Keyword | None
    display_facet: bool


class OfferorOfFile(Coded):
    """The unit that offers a file's resource: in this place Learn does not map its channel."""

    channel_url: str | None
    display_facet: bool


class Image(Document):
    """An image."""

    id: int
    url: Keyword
    description: Headline | None
    alt: Text | None


class ImageOfRun(Document):
    """An image of a run: not mapped."""

    id: int
    url: str
    description: str | None
    alt: str | None


class Price(Document):
    """An amount, as text with two decimals, in a currency (ISO 4217)."""

    amount: Cents
    currency: Keyword


class Instructor(Document):
    """Who teaches a run."""

    id: Id
    first_name: Keyword | None
    last_name: Keyword | None
    full_name: Text | None


class Child(Document):
    """A child of a resource, without regard to its being published (except in learning paths)."""

    child: int
    position: int
    relation_type: str
    title: str
    readable_id: str


class ResourceJoin(Document):
    """Marks a document as a resource, so that content files can be its children."""

    name: Literal["resource"]


class FileJoin(Document):
    """Marks a document as a content file of the resource whose id is `parent`."""

    name: Literal["content_file"]
    parent: int

"""News and events (sources.md section 7): what their records must have, and what Learn's tables have room for."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Required

from pydantic import Field, RootModel, StringConstraints
from typing_extensions import TypedDict

from include.sources.records.types import Moment

SITE_CHARACTERS = 30
"""Room for ``https://openlearning.mit.edu`` in front of a path; Learn's column has 200 characters."""

Guid = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
NewsTitle = Annotated[str, StringConstraints(min_length=1, max_length=255)]
NewsUrl = Annotated[str, StringConstraints(min_length=1, max_length=200)]
PagePath = Annotated[str, StringConstraints(min_length=1, max_length=200 - SITE_CHARACTERS)]
Name255 = Annotated[str, StringConstraints(max_length=255)]
Text1024 = Annotated[str, StringConstraints(max_length=1024)]


class CmsText(TypedDict, total=False):
    """A text of Salesforce's content system."""

    value: str | None


class CmsUrl(TypedDict, total=False):
    """An address of Salesforce's content system."""

    value: Required[NewsUrl]


class CmsImage(TypedDict, total=False):
    """A picture of Salesforce's content system."""

    url: str | None
    altText: Text1024 | None
    title: Text1024 | None


class CmsTopic(TypedDict, total=False):
    """A topic of Salesforce's content system."""

    name: Required[Name255]


class CmsAssociations(TypedDict, total=False):
    """What a piece of content belongs to."""

    topics: list[CmsTopic | None] | None


class PostNodes(TypedDict, total=False):
    """The parts of a post."""

    Summary: CmsText
    First_Section_Content: CmsText
    Featured_Image: CmsImage
    Quote_Author: CmsText


class PostFields(TypedDict, total=False):
    """A post of Sloan's blog. Its address is 35 characters, its name and its id."""

    managedContentId: Required[Guid]
    contentUrlName: Required[Annotated[str, StringConstraints(min_length=1, max_length=146)]]
    title: Required[NewsTitle]
    publishedDate: Required[Moment]
    contentNodes: Required[PostNodes]
    associations: CmsAssociations | None


class WebinarNodes(TypedDict, total=False):
    """The parts of a webinar."""

    Card_Image: CmsImage
    Image_Text: CmsText
    CTA_Button_URL: Required[CmsUrl]
    Summary: CmsText
    Full_Webinar_Summary: CmsText


class WebinarFields(TypedDict, total=False):
    """A webinar of Sloan. When it is, is said in words."""

    contentKey: Required[Guid]
    title: Required[NewsTitle]
    contentNodes: Required[WebinarNodes]
    associations: CmsAssociations | None


class EventPath(TypedDict, total=False):
    """Where an event is shown."""

    alias: Required[PagePath]


class EventDates(TypedDict, total=False):
    """When an event is."""

    value: Required[Moment]
    end_value: Moment | Literal[""] | None


class EventBody(TypedDict, total=False):
    """What is told of an event."""

    value: str | None


class EventAttributes(TypedDict, total=False):
    """What an event says of itself."""

    title: Required[NewsTitle]
    path: Required[EventPath]
    field_event_date: Required[EventDates]
    body: EventBody | None


class EventNode(TypedDict, total=False):
    """An event as Drupal has it."""

    id: Required[Guid]
    attributes: Required[EventAttributes]


class TermAttributes(TypedDict, total=False):
    """A term of a vocabulary."""

    name: Required[Name255]


class Term(TypedDict, total=False):
    """A term with its id."""

    attributes: Required[TermAttributes]


class OpenLearningEventFields(TypedDict, total=False):
    """An event with the entries that its relations lead to."""

    event: Required[EventNode]
    related: Required[dict[str, list[Term]]]
    image: Required[dict[str, Any] | None]


class ChannelImage(TypedDict, total=False):
    """The picture of a feed."""

    href: str | None
    title: Text1024 | None


class ChannelFields(TypedDict, total=False):
    """What RSS says of itself."""

    title: Required[NewsTitle]
    subtitle: str | None
    image: ChannelImage | None


class MediumFeedFields(TypedDict, total=False):
    """Medium's feed."""

    kind: Required[Literal["feed"]]
    feed: Required[ChannelFields]
    items: Required[list[str]]


class ArticleImage(TypedDict, total=False):
    """The first picture of an article."""

    url: str | None
    alt: Text1024 | None


class MediumItemFields(TypedDict, total=False):
    """An article of Medium."""

    guid: Required[Guid]
    title: Required[NewsTitle]
    entry_link: Required[NewsUrl]
    summary: str | None
    content: str | None
    authors: list[Name255]
    tags: list[Name255]
    published: Required[Moment]
    image: ArticleImage | None


class MediumArticleFields(TypedDict, total=False):
    """An article with the key of its feed."""

    kind: Required[Literal["item"]]
    parent: Required[str]
    item: Required[MediumItemFields]


class Author(TypedDict, total=False):
    """Who wrote an article in Learn."""

    first_name: str | None
    last_name: str | None
    username: str | None


class LearnArticleFields(TypedDict, total=False):
    """An article that Learn's staff published. ``/news/`` stands in front of its slug."""

    id: Required[int]
    title: Required[NewsTitle]
    slug: Annotated[str, StringConstraints(max_length=194)] | None
    content: dict[str, Any] | None
    cover_image: str | None
    created_on: Required[Moment]
    publish_date: Moment | None
    author: Author | None


class SloanPost(RootModel[PostFields]):
    """A post that can be shown."""


class SloanWebinar(RootModel[WebinarFields]):
    """A webinar that can be shown."""


class OpenLearningEvent(RootModel[OpenLearningEventFields]):
    """An event that can be shown."""


class MediumRecord(RootModel[Annotated[MediumFeedFields | MediumArticleFields, Field(discriminator="kind")]]):
    """Medium's feed, or one of its articles."""


class LearnArticle(RootModel[LearnArticleFields]):
    """An article that can be shown."""

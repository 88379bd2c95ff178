"""Reference data: the taxonomy and the names that resources refer to. Editors change it too, so delivery only upserts."""

from __future__ import annotations

from uuid import UUID

from ..column_types import Integer, Varchar6, Varchar12, Varchar128, Varchar200, Varchar256
from ..table import Entity, Stamped, Table, column, foreign_key


class LearningResourcePlatform(Stamped):
    """A site that hosts resources."""

    __table__ = Table("learning_resources_learningresourceplatform", primary_key="code")

    code: Varchar12 = column("Code of the platform, one of `Platform`.")
    url: Varchar200 | None = column("Home page.", None)
    is_edx: bool = column("Whether the site runs Open edX.", False)
    has_content_files: bool = column("Whether course archives of the platform are read.", False)
    name: Varchar256 = column("Name shown to people.", "")


class LearningResourceOfferor(Stamped):
    """A unit of MIT that offers resources."""

    __table__ = Table("learning_resources_learningresourceofferor", primary_key="code", uniques=(("name",),))

    code: Varchar12 = column("Code of the unit, one of `Offeror`.")
    name: Varchar256 = column("Name shown to people.")
    professional: bool = column("Whether what it offers counts as professional education.", False)
    audience: list[Varchar128] = column("For whom; shown on the unit's page.", [])
    certifications: list[Varchar128] = column("Kinds of certificate, as text.", [])
    content_types: list[Varchar128] = column("Kinds of content, as text.", [])
    fee: list[Varchar128] = column("Kinds of fee, as text.", [])
    formats: list[Varchar128] = column("Kinds of format, as text.", [])
    more_information: Varchar200 = column("Address of a page about the unit; empty when there is none.", "")
    offerings: list[Varchar128] = column("Kinds of offering, as text.", [])
    value_prop: str = column("Why learn here: a paragraph.", "")
    display_facet: bool = column("Whether search offers the unit as a filter.", True)


class LearningResourceSchool(Entity):
    """A school of MIT."""

    __table__ = Table("learning_resources_learningresourceschool")

    name: Varchar256 = column("Name shown to people.")
    url: Varchar200 = column("Home page.")


class LearningResourceDepartment(Stamped):
    """A department of MIT."""

    __table__ = Table("learning_resources_learningresourcedepartment", primary_key="department_id")

    department_id: Varchar6 = column("Course number prefix (`6`, `21A`, `CMS-W`).")
    name: Varchar256 = column("Name shown to people.")
    school_id: Integer | None = foreign_key(LearningResourceSchool, "Its school, if any.", None, on_delete="SET_NULL")


class LearningResourceTopic(Entity):
    """A topic of the two-level taxonomy. Names are unique without regard to case."""

    __table__ = Table(
        "learning_resources_learningresourcetopic",
        expression_indexes={"unique_lower_name": (True, "lower(name)", "")},
    )

    name: Varchar128 = column("Name shown to people; sources refer to topics by it, with regard to case.")
    parent_id: Integer | None = foreign_key("learning_resources_learningresourcetopic.id", "The topic above; null for the 11 roots.", None)
    icon: Varchar128 = column("Name of a Remix icon.", "")
    topic_uuid: UUID = column("Identity of the topic across databases.")


class LearningResourceTopicMapping(Entity):
    """What an offeror calls a topic. One of its names may stand for several topics, so no unique holds."""

    __table__ = Table("learning_resources_learningresourcetopicmapping")

    topic_name: Varchar128 = column("The offeror's name for the topic.")
    offeror_id: Varchar12 = foreign_key(LearningResourceOfferor, "Whose name it is.")
    topic_id: Integer = foreign_key(LearningResourceTopic, "The topic it stands for.")

"""Runs of resources, who teaches them and what they cost."""

from __future__ import annotations

from typing import Annotated

from ..column_types import (
    Amount,
    Integer,
    NaturalInteger,
    Timestamp,
    Varchar,
    Varchar20,
    Varchar24,
    Varchar32,
    Varchar128,
    Varchar256,
    Varchar512,
    Varchar1024,
    Varchar2048,
)
from ..enums import Availability, Delivery, Format, Level, Pace
from ..table import Entity, Table, column, foreign_key, link
from .catalog import LearningResource, LearningResourceImage, LearningResourcePrice


class LearningResourceInstructor(Entity):
    """A person who teaches, shared by all runs they teach."""

    __table__ = Table("learning_resources_learningresourceinstructor", uniques=(("full_name",),))

    first_name: Varchar128 | None = column("Given name, when the source tells it.", None)
    last_name: Varchar128 | None = column("Family name, when the source tells it.", None)
    full_name: Varchar256 | None = column("The name that identifies the person: given whole, else first and last.", None)


class LearningResourceRun(Entity):
    """One time that a resource is given."""

    __table__ = Table(
        "learning_resources_learningresourcerun",
        uniques=(("learning_resource_id", "run_id"),),
        indexes=("published", "is_b2b", "is_variant"),
    )

    run_id: Varchar128 = column("The source's key of the run; unique within the resource.")
    title: Varchar256 = column("Title, plain text.")
    description: str | None = column("Summary.", None)
    full_description: str | None = column("Long description.", None)
    last_modified: Timestamp | None = column("When the source last changed it; UTC.", None)
    published: bool = column("Whether people see it.", True)
    languages: list[Varchar24] | None = column("Language tags.", None)
    url: Varchar2048 | None = column("Where a learner goes.", None)
    level: list[Annotated[Level, Varchar(128)]] = column("Levels.", [])
    slug: Varchar1024 | None = column("Path of the run on its site.", None)
    semester: Varchar20 | None = column("Fall, Spring, January IAP or Summer.", None)
    year: Integer | None = column("Calendar year.", None)
    start_date: Timestamp | None = column("First day; UTC.", None)
    end_date: Timestamp | None = column("Last day; UTC.", None)
    enrollment_start: Timestamp | None = column("When enrollment opens; UTC.", None)
    enrollment_end: Timestamp | None = column("When enrollment closes; UTC.", None)
    prices: list[Amount] | None = column("Distinct amounts, ascending.", None)
    image_id: Integer | None = foreign_key(LearningResourceImage, "Its image.", None, on_delete="SET_NULL")
    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")
    checksum: Varchar32 | None = column("Hash of the course archive last read; content ETL's.", None)
    delivery: list[Annotated[Delivery, Varchar(24)]] = column("How it is taught.", [Delivery.ONLINE])
    availability: Annotated[Availability, Varchar(24)] | None = column("Dated or at any time.", None)
    format: list[Annotated[Format, Varchar(24)]] = column("Whether at set times.", [Format.ASYNCHRONOUS])
    pace: list[Annotated[Pace, Varchar(24)]] = column("Who sets the pace.", [Pace.SELF_PACED])
    location: Varchar256 = column("Where it is taught, as text.", "")
    duration: Varchar256 = column("How long, as text.", "")
    max_weekly_hours: Integer | None = column("Most hours a week.", None)
    max_weeks: Integer | None = column("Most weeks.", None)
    min_weekly_hours: Integer | None = column("Fewest hours a week.", None)
    min_weeks: Integer | None = column("Fewest weeks.", None)
    time_commitment: Varchar256 = column("Effort, as text.", "")
    is_b2b: bool = column("Sold to an organisation under contract.", False)
    is_variant: bool = column("Hidden from learners: a B2B run, or one in another than the default language.", False)
    archive_key: Varchar512 | None = column("S3 key of the archive last read; content ETL's.", None)


class RunInstructorRelationship(Entity):
    """Who teaches a run, in order."""

    __table__ = Table(
        "learning_resources_runinstructorrelationship",
        checks={"learning_resources_runinstructorrelationship_position_check": '"position" >= 0'},
    )

    position: NaturalInteger = column("Place in the list, from 0.", 0)
    instructor_id: Integer = foreign_key(LearningResourceInstructor, "Who.")
    run_id: Integer = foreign_key(LearningResourceRun, "Which run.")


LearningResourceRunPrices = link(
    "learning_resources_learningresourcerun_resource_prices",
    LearningResourceRun,
    LearningResourcePrice,
    "Prices of a run.",
)

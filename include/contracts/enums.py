"""Learn's enumerations: the database stores the code, people see the label (sources.md 1.1, target_model 1.5).

Postgres enforces none of them; the contract does.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """An enumeration whose members carry a label; without one, the label is the code with words capitalised."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Make the member of ``code``."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label or code.replace("_", " ").title()
        return member

    @classmethod
    def from_label(cls, label: str) -> Self:
        """The member with that label.

        :raises ValueError: when no member has it.
        """
        for member in cls:
            if member.label == label:
                return member
        raise ValueError(f"{label!r} is not a label of {cls.__name__}")


class ResourceType(Labelled):
    """What a learning resource is; decides its search index."""

    COURSE = "course"
    PROGRAM = "program"
    LEARNING_PATH = "learning_path"
    PODCAST = "podcast"
    PODCAST_EPISODE = "podcast_episode"
    VIDEO = "video"
    VIDEO_PLAYLIST = "video_playlist"
    DOCUMENT = "document"


class ResourceTypeGroup(Labelled):
    """Derived for search, never stored."""

    COURSE = "course"
    PROGRAM = "program"
    LEARNING_MATERIAL = "learning_material"


class ResourceCategory(Labelled):
    """Free text in the database: normally the label of the type, else one of the special ones at the end."""

    COURSE = "Course"
    PROGRAM = "Program"
    LEARNING_PATH = "Learning Path"
    PODCAST = "Podcast"
    PODCAST_EPISODE = "Podcast Episode"
    VIDEO = "Video"
    VIDEO_PLAYLIST = "Video Playlist"
    DOCUMENT = "Document"
    ARTICLE = "Article"
    LECTURE_VIDEO = "Lecture Video"
    PRACTICE_AND_ASSIGNMENT = "Practice & Assignment"
    OPEN_TEXTBOOK = "Open Textbook"
    VIDEO_SHORT = "Video Short"


class EtlSource(Labelled):
    """The feed a resource comes from."""

    MIT_EDX = "mit_edx", "MIT edX"
    MITPE = "mitpe", "MIT Professional Education"
    MITXONLINE = "mitxonline", "MITx Online"
    OLL = "oll", "Open Learning Library"
    OCW = "ocw", "OCW"
    PODCAST = "podcast", "Podcast"
    MIT_CLIMATE = "mit_climate", "MIT Climate"
    SEE = "see", "Sloan Executive Education"
    XPRO = "xpro", "xPRO"
    YOUTUBE = "youtube", "YouTube"
    CANVAS = "canvas", "Canvas"
    OVS = "ovs", "ODL Video Service"


class Platform(StrEnum):
    """Codes of the platforms; their names are reference data (table ``learning_resources_learningresourceplatform``)."""

    EDX = "edx"
    OCW = "ocw"
    OLL = "oll"
    MITXONLINE = "mitxonline"
    BOOTCAMPS = "bootcamps"
    XPRO = "xpro"
    CSAIL = "csail"
    MITPE = "mitpe"
    SEE = "see"
    SCC = "scc"
    CTL = "ctl"
    WHU = "whu"
    SUSSKIND = "susskind"
    GLOBALALUMNI = "globalalumni"
    SIMPLILEARN = "simplilearn"
    EMERITUS = "emeritus"
    PODCAST = "podcast"
    YOUTUBE = "youtube"
    CANVAS = "canvas"
    CLIMATE = "climate"
    OVS = "ovs"


class Offeror(StrEnum):
    """Codes of the units that offer resources; their names are reference data."""

    MITX = "mitx"
    OCW = "ocw"
    BOOTCAMPS = "bootcamps"
    XPRO = "xpro"
    MITPE = "mitpe"
    SEE = "see"
    CLIMATE = "climate"


class Level(Labelled):
    """Level of a run."""

    UNDERGRADUATE = "undergraduate"
    GRADUATE = "graduate"
    HIGH_SCHOOL = "high_school"
    NONCREDIT = "noncredit", "Non-Credit"
    ADVANCED = "advanced"
    INTERMEDIATE = "intermediate"
    INTRODUCTORY = "introductory"


class Delivery(Labelled):
    """How a resource is taught."""

    ONLINE = "online"
    HYBRID = "hybrid"
    IN_PERSON = "in_person", "In person"
    OFFLINE = "offline"


class Format(Labelled):
    """Whether learners meet at set times."""

    SYNCHRONOUS = "synchronous"
    ASYNCHRONOUS = "asynchronous"


class Pace(Labelled):
    """Who sets the pace."""

    SELF_PACED = "self_paced", "Self-paced"
    INSTRUCTOR_PACED = "instructor_paced", "Instructor-paced"


class Availability(Labelled):
    """Whether a resource has dates."""

    DATED = "dated"
    ANYTIME = "anytime"


class CertificationType(Labelled):
    """The credential a learner can earn."""

    MICROMASTERS = "micromasters", "MicroMasters Credential"
    PROFESSIONAL = "professional", "Professional Certificate"
    COMPLETION = "completion", "Certificate of Completion"
    NONE = "none", "No Certificate"


class RunStatus(StrEnum):
    """Input of the price and certification rules; not a column."""

    CURRENT = "Current"
    UPCOMING = "Upcoming"
    STARTING_SOON = "Starting Soon"
    ARCHIVED = "Archived"


class RelationType(Labelled):
    """How a child belongs to its parent; stored in upper case. LEARNING_PATH_ITEMS are staff's, never ours."""

    PROGRAM_COURSES = "PROGRAM_COURSES"
    PROGRAM_PROGRAMS = "PROGRAM_PROGRAMS"
    LEARNING_PATH_ITEMS = "LEARNING_PATH_ITEMS"
    PODCAST_EPISODES = "PODCAST_EPISODES"
    PLAYLIST_VIDEOS = "PLAYLIST_VIDEOS"
    COURSE_LEARNING_MATERIALS = "COURSE_LEARNING_MATERIALS"


class ContentType(Labelled):
    """Kind of a content file."""

    PAGE = "page"
    FILE = "file"
    VIDEO = "video"
    PDF = "pdf"


class CourseNumberListing(Labelled):
    """Whether a course number is the course's first one."""

    PRIMARY = "primary"
    CROSS_LISTED = "cross-listed"


class TutorProblemType(Labelled):
    """Kind of a tutor problem file."""

    PROBLEM = "problem"
    SOLUTION = "solution"


class PrivacyLevel(Labelled):
    """Who sees a user's list."""

    PRIVATE = "private"
    UNLISTED = "unlisted"


class PercolateSource(Labelled):
    """What a stored search subscribes to."""

    SEARCH_SUBSCRIPTION = "search_subscription_type"
    CHANNEL_SUBSCRIPTION = "channel_subscription_type"


class FeedType(Labelled):
    """Kind of a feed of the news tables."""

    NEWS = "news"
    EVENTS = "events"

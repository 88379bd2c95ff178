"""Tables of Learn's users and staff. Delivery never writes them; they are here because they point at resources."""

from __future__ import annotations

from typing import Annotated

from ..column_types import BigInteger, Integer, Json, NaturalInteger, Varchar, Varchar255, Varchar256
from ..enums import PercolateSource, PrivacyLevel
from ..table import Entity, Table, column, foreign_key, link
from .catalog import LearningResource
from .reference import LearningResourceTopic

USER = "users_user.id"


class LearningPath(Entity):
    """A list that staff put together."""

    __table__ = Table("learning_resources_learningpath", uniques=(("learning_resource_id",),))

    author_id: BigInteger = foreign_key(USER, "Who made it.", on_delete="PROTECT")
    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource, of type `learning_path`.")


class UserList(Entity):
    """A list that a user put together."""

    __table__ = Table("learning_resources_userlist")

    title: Varchar256 = column("Title, plain text.")
    description: str = column("Summary.", "")
    privacy_level: Annotated[PrivacyLevel, Varchar(24)] = column("Who sees it.", PrivacyLevel.PRIVATE)
    author_id: BigInteger = foreign_key(USER, "Who made it.")


class UserListRelationship(Entity):
    """A resource of a user's list, in order."""

    __table__ = Table(
        "learning_resources_userlistrelationship",
        checks={"learning_resources_userlistrelationship_position_check": '"position" >= 0'},
    )

    position: NaturalInteger = column("Place in the list.", 0)
    child_id: Integer = foreign_key(LearningResource, "The resource.")
    parent_id: Integer = foreign_key(UserList, "The list.")


class PercolateQuery(Entity):
    """A stored search that users subscribe to."""

    __table__ = Table("learning_resources_search_percolatequery", uniques=(("source_type", "original_query"),))

    original_query: Json = column("Parameters of the search, sorted.")
    query: Json = column("The search as OpenSearch reads it.")
    source_type: Annotated[PercolateSource, Varchar(255)] = column("What it subscribes to.")
    display_label: Varchar255 = column("Name shown to the subscriber.", "")


UserListTopics = link("learning_resources_userlist_topics", UserList, LearningResourceTopic, "Topics of a user's list.")
PercolateQueryUsers = link("learning_resources_search_percolatequery_users", PercolateQuery, USER, "Subscribers of a stored search.")

"""The tables that join rows of a unit, and what each should hold (``sql/wanted_links.sql``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from include.delivery import statements
from include.delivery.statements import Link, Parameters

RESOURCES: LiteralString = "select u.resource_id from chunk_unit as u where {provided} <@ u.provided"
RUNS: LiteralString = (
    "select r.id from incoming_run as r join chunk_unit as u on u.resource_key = r.resource_key "
    "where r.id is not null and {provided} <@ u.provided"
)

# Of a course's materials only those that were delivered from here: the others are Learn's own until their feed is.
OURS: LiteralString = (
    "l.relation_type = any({}) and (l.relation_type <> 'COURSE_LEARNING_MATERIALS'"
    " or l.child_id in (select d.resource_id from delivered_unit as d))"
)


@dataclass(frozen=True)
class LinkTable:
    """A many-to-many table: replaced for the lefts whose unit provides all of ``provided``, untouched for the others."""

    name: str
    table: str
    left: str
    right: str
    provided: tuple[str, ...]
    scope: LiteralString = RESOURCES


@dataclass(frozen=True)
class OrderedLinkTable(LinkTable):
    """A relation with positions. ``relation_types`` limits it to ours: learning paths are in the same table and are not."""

    relation_types: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that say which relation a row is."""
        return (self.left, self.right, "relation_type") if self.relation_types else (self.left, self.right)


LINKS: tuple[LinkTable, ...] = (
    LinkTable(
        "topics",
        "learning_resources_learningresource_topics",
        "learningresource_id",
        "learningresourcetopic_id",
        ("topics",),
    ),
    LinkTable(
        "departments",
        "learning_resources_learningresource_departments",
        "learningresource_id",
        "learningresourcedepartment_id",
        ("departments",),
    ),
    LinkTable(
        "tags",
        "learning_resources_learningresource_resource_tags",
        "learningresource_id",
        "learningresourcecontenttag_id",
        ("tags",),
    ),
    LinkTable(
        "prices",
        "learning_resources_learningresource_resource_prices",
        "learningresource_id",
        "learningresourceprice_id",
        ("prices",),
    ),
    LinkTable(
        "run_prices",
        "learning_resources_learningresourcerun_resource_prices",
        "learningresourcerun_id",
        "learningresourceprice_id",
        ("runs", "prices"),
        RUNS,
    ),
    OrderedLinkTable(
        "instructors",
        "learning_resources_runinstructorrelationship",
        "run_id",
        "instructor_id",
        ("runs", "instructors"),
        RUNS,
    ),
    OrderedLinkTable(
        "children",
        "learning_resources_learningresourcerelationship",
        "parent_id",
        "child_id",
        ("relationships",),
        relation_types=("PROGRAM_COURSES", "PROGRAM_PROGRAMS", "PODCAST_EPISODES", "PLAYLIST_VIDEOS", "COURSE_LEARNING_MATERIALS"),
    ),
)


def replace(connection: Link, link: LinkTable, parameters: Parameters) -> int:
    """Bring one link table to the state of the chunk; returns the rows written."""
    names: dict[str, sql.Composable] = {
        "table": sql.Identifier(link.table),
        "left": sql.Identifier(link.left),
        "right": sql.Identifier(link.right),
        "wanted": statements.find("wanted_links", link.name).compose({}),
        "scope": sql.SQL(link.scope).format(provided=sql.Literal(list(link.provided))),
    }
    if not isinstance(link, OrderedLinkTable):
        return statements.run(connection, statements.read("replace_links"), parameters, names)
    ours = sql.SQL(OURS).format(sql.Literal(list(link.relation_types)))
    names |= {
        "keys": statements.columns(link.keys),
        "l_keys": statements.columns(link.keys, "l"),
        "w_keys": statements.columns(link.keys, "w"),
        "k_keys": statements.columns(link.keys, "k"),
        "ours": ours if link.relation_types else sql.SQL("true"),
    }
    return statements.run(connection, statements.read("replace_ordered_links"), parameters, names)

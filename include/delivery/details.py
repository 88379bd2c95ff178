"""The rows that only one type of resource has (``sql/details.sql``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from psycopg import sql

from include.delivery import statements
from include.delivery.statements import Link, Parameters


@dataclass(frozen=True)
class DetailTable:
    """A table with one row per resource. ``new`` are columns that only an inserted row gets: Learn's own tasks fill them later."""

    table: str
    incoming: str
    columns: tuple[str, ...] = ()
    new: Mapping[str, str] = field(default_factory=dict)


DETAILS: tuple[DetailTable, ...] = (
    DetailTable("learning_resources_course", "incoming_course", ("course_numbers",)),
    DetailTable("learning_resources_program", "incoming_program"),
    DetailTable(
        "learning_resources_video",
        "incoming_video",
        ("duration", "caption_urls", "cover_image_url", "streaming_url"),
        {"transcript": ""},
    ),
    DetailTable("learning_resources_podcast", "incoming_podcast", ("apple_podcasts_url", "google_podcasts_url", "rss_url")),
    DetailTable(
        "learning_resources_podcastepisode",
        "incoming_episode",
        ("episode_link", "duration", "rss", "audio_url"),
        {"transcript": ""},
    ),
    DetailTable("learning_resources_videoplaylist", "incoming_playlist", ("channel_id", "parent_learning_resource_id")),
)


def write(connection: Link, detail: DetailTable, parameters: Parameters) -> int:
    """Bring one detail table to the state of the chunk; returns the rows written."""
    names: dict[str, sql.Composable] = {
        "table": sql.Identifier(detail.table),
        "incoming": sql.Identifier(detail.incoming),
        "columns": statements.columns(detail.columns),
        "i_columns": statements.columns(detail.columns, "i"),
        "d_columns": statements.columns(detail.columns, "d"),
        "row_columns": statements.columns(("learning_resource_id", *detail.columns, *detail.new)),
        "row_values": sql.SQL(", ").join(
            (
                sql.Identifier("u", "resource_id"),
                *(sql.Identifier("i", name) for name in detail.columns),
                *(sql.Literal(value) for value in detail.new.values()),
            )
        ),
    }
    steps = [each for each in statements.read("details") if detail.columns or each.name == "insert"]
    return statements.run(connection, steps, parameters, names)

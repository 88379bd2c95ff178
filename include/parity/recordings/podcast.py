"""Podcasts: the recorded RSS of one show, configured as mit-learn's own test configures it."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

from include.parity.recorded import GoldenFile, Payloads, read_body
from include.sources.base import Json
from include.warehouse.derive.rss import DOCUMENT
from include.warehouse.derive.xml import decode_xml

CONFIG: Json = {"rss_url": "http://website.url/podcast/rss.xml", "website": "http://website.url/podcast"}
WITH_EPISODES: LiteralString = """
    select (shows.record - 'loader') || jsonb_build_object(
        'episodes', (
            select jsonb_agg(episodes.record - 'loader' order by named.position)
            from jsonb_array_elements(shows.record -> 'episodes') with ordinality as named (episode, position)
            inner join intermediate.int_resources__normalized as episodes
                on episodes.resource_key = 'podcast|podcast_episode|' || (named.episode ->> 'readable_id')
        )
    ) as record
    from intermediate.int_resources__normalized as shows
    where shows.etl_source = %(etl_source)s and shows.resource_type = %(resource_type)s and not shows.is_removed
    order by shows.source_key
"""
"""Learn's transform nests the records of the episodes in that of the show; here they are rows of their own, which the show names."""
GOLDEN = (GoldenFile("podcasts", "podcast", "podcast", query=WITH_EPISODES),)
AS_LEARN_DOES = {"podcast_known_topics": False, "podcast_offeror_codes": False}


def payloads(folder: Path) -> Payloads:
    """The document of each recorded show."""
    files = sorted((folder / "podcast").glob("*.rss")) or [folder / "podcast" / "test_podcast.rss"]
    return {
        ("podcast", "feeds"): [
            {"file": f"{path.stem}.yaml", "config": CONFIG, "moved_to": None, DOCUMENT: decode_xml(read_body(path))} for path in files
        ]
    }

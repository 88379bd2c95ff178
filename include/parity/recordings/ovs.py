"""ODL Video Service: a page of its videos, and the playlists that come of them."""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_records

PLAYLISTS = """
    select record - 'loader' || jsonb_build_object('playlist_id', record ->> 'readable_id')
    from intermediate.int_ovs__playlists
    where not is_removed
    order by record_key
"""
"""Learn's transform calls the key of a playlist `playlist_id`, its loader `readable_id`: both are said, docs/parity.md accepts the other,
and the address tells two playlists apart under either name."""

GOLDEN = (GoldenFile("ovs_playlists", query=PLAYLISTS, key="url"),)
AS_LEARN_DOES = {"ovs_complete_playlists": False}


def payloads(folder: Path) -> Payloads:
    """The records of the page."""
    return {("ovs", "videos"): read_records(folder / "ovs" / "ovs_videos.json")}

"""YouTube: the recorded pages, put together as mit-learn's own tests do (sources.md 8.1).

The pages of the first playlist are ``playlistItems.list.0`` and ``list_next.0``; of the third channel's two playlists the first is ignored.
"""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_json
from include.sources.base import Json

GOLDEN = (GoldenFile("youtube_videos", "youtube", "video"),)
PLAYLISTS = (
    ("UCEBb1b_L6zDS3xTUrIALZOw", "ocw", "playlists.list.0", 0, ("videos.list.0", "videos.list.1")),
    ("UCTBMWu8yshnAmpzR3MoJFtw", "mitx", "playlists.list.1", 0, ("videos.list.2",)),
    ("UCBpxspUNl1Th33XbugiHJzw", "csail", "playlists.list.2", 1, ("videos.list.3",)),
)
"""Channel, the code of who offers it, the file of its playlist and the place in it, the files of its videos."""


def payloads(folder: Path) -> Payloads:
    """The rows of the stream, as the source would land them."""

    def items(name: str) -> list[Json]:
        found: list[Json] = read_json(folder / "youtube" / f"{name}.json")["items"]
        return found

    rows: list[Json] = [{"kind": "channel", "channel": channel} for channel in items("channels.list.0")]
    for channel_id, offered_by, playlists, place, pages in PLAYLISTS:
        playlist, videos = items(playlists)[place], [video for page in pages for video in items(page)]
        about = {"channel_id": channel_id, "offered_by": offered_by, "create_videos": True}
        rows.append({"kind": "playlist", **about, "playlist": playlist, "video_ids": [video["id"] for video in videos]})
        rows += [{"kind": "video", **about, "playlist_id": playlist["id"], "video": video} for video in videos]
    return {("youtube", "playlists"): rows}

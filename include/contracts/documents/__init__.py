"""Search documents: their shape as models, and the bodies of the indexes that hold them."""

from __future__ import annotations

from ..enums import ResourceType
from .content_file import ContentFileDocument
from .index import EMBEDDING_DIMENSION, index_bodies
from .media import DocumentDocument, PodcastDocument, PodcastEpisodeDocument, VideoDocument, VideoPlaylistDocument
from .resource import CourseDocument, ProgramDocument, ResourceDocument

RESOURCE_DOCUMENTS: dict[ResourceType, type[ResourceDocument]] = {
    ResourceType.COURSE: CourseDocument,
    ResourceType.PROGRAM: ProgramDocument,
    ResourceType.PODCAST: PodcastDocument,
    ResourceType.PODCAST_EPISODE: PodcastEpisodeDocument,
    ResourceType.VIDEO: VideoDocument,
    ResourceType.VIDEO_PLAYLIST: VideoPlaylistDocument,
    ResourceType.DOCUMENT: DocumentDocument,
}
"""The model of each type that is in the index; learning paths are not."""

__all__ = ["EMBEDDING_DIMENSION", "RESOURCE_DOCUMENTS", "ContentFileDocument", "ResourceDocument", "index_bodies"]

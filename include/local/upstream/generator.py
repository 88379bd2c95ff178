"""The generated feeds as streams of records, computed one by one.

Same seed, number of resources and clock: the same bytes. Memory does not depend on the number.
"""

from __future__ import annotations

from collections.abc import Callable

from include.local.upstream.generated import mitxonline, mitxonline_programs, xpro
from include.local.upstream.generated.common import Json
from include.local.upstream.records import BaseRecords, GeneratedRecords, StreamView
from include.local.upstream.settings import UpstreamSettings, split_resources
from include.local.upstream.store import Snapshot


class Generator:
    """Base records of every HTTP stream for one snapshot of the clock."""

    def __init__(self, settings: UpstreamSettings) -> None:
        self._seed = settings.seed
        self.counts = split_resources(settings.resources)

    def stream(self, feed: str, stream: str, snapshot: Snapshot) -> BaseRecords:
        """The records of one stream; xPRO programs carry their courses as edited in ``snapshot``."""
        makers: dict[tuple[str, str], tuple[Callable[[int], Json], Callable[[str], int | None]]] = {
            ("mitxonline", "courses"): (
                lambda index: mitxonline.course(self._seed, index, snapshot.anchor, snapshot.now),
                mitxonline.course_index,
            ),
            ("mitxonline", "programs"): (self._mitxonline_program(snapshot), mitxonline_programs.program_index),
            ("xpro", "courses"): (lambda index: xpro.course(self._seed, index, snapshot.anchor), xpro.course_index),
            ("xpro", "programs"): (self._xpro_program(snapshot), xpro.program_index),
        }
        make, find = makers[feed, stream]
        return GeneratedRecords(self.counts[feed, stream], make, find)

    def _mitxonline_program(self, snapshot: Snapshot) -> Callable[[int], Json]:
        courses = self.counts["mitxonline", "courses"]
        return lambda index: mitxonline_programs.program(self._seed, index, courses, snapshot.anchor)

    def _xpro_program(self, snapshot: Snapshot) -> Callable[[int], Json]:
        """Programs look their courses up only when a record is made, so that the two streams do not need each other."""
        courses = self.counts["xpro", "courses"]

        def make(index: int) -> Json:
            view = StreamView(self.stream("xpro", "courses", snapshot), snapshot.overlay("xpro", "courses"))
            return xpro.program(self._seed, index, courses, snapshot.anchor, view.by_base_index)

        return make

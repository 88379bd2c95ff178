"""Pull a stream from its upstream into S3: parts first, the manifest last.

A manifest that is there is the truth of its run: the upstream is not asked again. A killed attempt goes on at the first page that is
not stored; an attempt whose pages did not add up starts over, and its parts are overwritten, since no manifest names them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from include import errors
from include.errors import IncompletePage, PipelineError, SchemaDrift
from include.landing.inventory import LandingView
from include.landing.keys import manifest_key
from include.landing.manifest import Manifest
from include.landing.store import put_manifest, read_manifest
from include.landing.writer import FULL_ENOUGH_BYTES, PartWriter
from include.overlap import one_ahead
from include.sources.base import Clock, Json, Page, Reading, RequestLog, Source, Stream, Unread
from include.version import VERSION

log = logging.getLogger(__name__)

FEW_REJECTS = 5
"""So many changes may all be unreadable and still be single bad records; of a whole stream, none may."""


class ResumeState(Protocol):
    """Where an interrupted read remembers how far it came; survives the process (Airflow's task state store)."""

    def get(self) -> Json | None:
        """What was remembered last, None when nothing was."""

    def set(self, value: Json | None) -> None:
        """Remember, or forget with None."""


class NoState:
    """Remembers nothing: an interrupted read starts over."""

    def get(self) -> Json | None:
        """Nothing."""
        return None

    def set(self, value: Json | None) -> None:
        """Forget."""


def land_stream(
    source: Source,
    stream: Stream,
    client: Any,
    s3: Any,
    bucket: str,
    run: str,
    clock: Clock,
    resume_state: ResumeState | None = None,
    limit: int | None = None,
    full: bool = False,
    code_version: str = VERSION,
    part_bytes: int = FULL_ENOUGH_BYTES,
) -> Manifest:
    """Land one stream for one run and return its manifest.

    :param client: what the source reads with (``HttpClient``, ``Bucket``); its ``log`` is begun anew.
    :param s3: client of the landing zone.
    :param run: from ``run_key``.
    :param limit: at most that many records; the manifest is then not complete, and removes nothing. A listing is never cut.
    :param part_bytes: pages are collected into parts of about this size (before compression); an interrupted read goes on after the last.
    :param full: an ``objects`` source fetches everything again, whatever it fetched before.
    :raises SourceError: one of its kinds; nothing of this run is believed then.
    """
    committed = read_manifest(s3, bucket, manifest_key(source.key, stream.name, run))
    if committed is not None:
        log.info("event=already_landed source=%s stream=%s run=%s records=%d", source.key, stream.name, run, committed.total)
        return committed
    state = resume_state or NoState()
    limit = None if stream.internal else limit
    attempt = _Attempt(source, stream, s3, bucket, run, limit, full, clock(), part_bytes)
    try:
        attempt.resume(state.get())
        client.log = requests = RequestLog()
        view = LandingView(s3, bucket, source, run, full)
        pages = source.pages(stream, client, Reading(clock, attempt.cursor, limit, view))
        for page in pages if limit is not None else one_ahead(pages):  # a limit asks for no page too many
            if attempt.take(page) and page.cursor is not None:
                state.set(attempt.state())
            if limit is not None and attempt.writer.total >= limit:
                break
        manifest = attempt.finish(clock(), requests.summary(), code_version)
    except PipelineError as error:
        error.source, error.run, error.where = error.source or source.key, error.run or run, error.where or stream.name
        if isinstance(error, IncompletePage) or attempt.unread:  # asked for again from the start
            state.set(None)
        log.warning("event=landing_failed source=%s stream=%s run=%s error=%s", source.key, stream.name, run, type(error).__name__)
        raise
    manifest = put_manifest(s3, bucket, manifest)
    state.set(None)
    log.info(
        "event=landed source=%s stream=%s run=%s kind=%s records=%d rejects=%d parts=%d complete=%s unread=%d",
        source.key, stream.name, run, manifest.kind, manifest.total, manifest.rejected, len(manifest.parts), manifest.complete,
        len(manifest.unread),
    )  # fmt: skip
    return manifest


def land_source(
    source: Source,
    client: Any,
    s3: Any,
    bucket: str,
    run: str,
    clock: Clock,
    resume_states: Callable[[str], ResumeState] = lambda _: NoState(),
    limit: int | None = None,
    full: bool = False,
) -> list[Manifest]:
    """Land every stream of a source in its declared order (a listing comes before what is fetched by it).

    :param resume_states: the resume state of a stream, by its name.
    """
    return [
        land_stream(source, stream, client, s3, bucket, run, clock, resume_states(stream.name), limit, full) for stream in source.streams
    ]


class _Attempt:
    """One attempt at a run: what was stored so far, and how far the upstream was read."""

    def __init__(
        self,
        source: Source,
        stream: Stream,
        s3: Any,
        bucket: str,
        run: str,
        limit: int | None,
        full: bool,
        now: datetime,
        part_bytes: int,
    ) -> None:
        self.part_bytes = part_bytes
        self.source, self.stream, self.run, self.limit, self.full = source, stream, run, limit, full
        self.s3, self.bucket, self.started_at = s3, bucket, now
        self.writer = self._fresh()
        self.cursor: Json | None = None
        self.pages = 0
        self.unread: list[Unread] = []
        self.facts: Json = {"upstream_total": None, "kind": "snapshot", "baseline": None}

    def _fresh(self) -> PartWriter:
        return PartWriter(self.s3, self.bucket, self.source.key, self.stream.name, self.run, self.part_bytes)

    def resume(self, state: Json | None) -> None:
        """Go on from ``state`` when it is of this run and all that it counts is stored; else from the beginning."""
        if not state or [state.get(name) for name in ("run", "limit", "full")] != [self.run, self.limit, self.full]:
            return
        if self.writer.restore(state["parts"], state["rejects"]):
            self.cursor, self.facts = state["cursor"], state["facts"]
            self.unread = [Unread(**each) for each in state["unread"]]
            self.started_at = datetime.fromisoformat(state["started_at"])
            log.info("event=resumed source=%s stream=%s run=%s parts=%d records=%d",
                     self.source.key, self.stream.name, self.run, len(self.writer.parts), self.writer.total)  # fmt: skip
        else:
            self.writer = self._fresh()

    def take(self, page: Page) -> bool:
        """Add a page; True when everything up to it is stored."""
        before = self.writer.total
        stored = self.writer.write(page, self.limit)
        self.cursor = page.cursor
        self.facts = {"upstream_total": page.upstream_total, "kind": page.kind, "baseline": page.baseline}
        self.pages += 1
        for part in page.unread:
            log.warning("event=part_unread source=%s stream=%s run=%s prefix=%s error=%s: %s",
                        self.source.key, self.stream.name, self.run, part.prefix, part.kind, part.message)  # fmt: skip
        self.unread += page.unread
        log.info(
            "event=page_landed source=%s stream=%s run=%s page=%d records=%d rejects=%d total=%d upstream_total=%s",
            self.source.key, self.stream.name, self.run, page.number, self.writer.total - before, len(page.rejects),
            self.writer.total, page.upstream_total,
        )  # fmt: skip
        return stored

    def state(self) -> Json:
        """What has to be remembered to go on after the page that was just stored."""
        return {
            "run": self.run,
            "limit": self.limit,
            "full": self.full,
            "cursor": self.cursor,
            "facts": self.facts,
            "unread": [asdict(part) for part in self.unread],
            "parts": len(self.writer.parts),
            "rejects": len(self.writer.rejects),
            "started_at": self.started_at.isoformat(),
        }

    def finish(self, now: datetime, requests: Json, code_version: str) -> Manifest:
        """The manifest, if the pages add up."""
        writer, counted = self.writer, self.facts["upstream_total"]
        writer.flush()
        if self.unread and writer.total == 0:
            raise _as_error(self.unread[0])
        whole = self.limit is None
        read = writer.total + len(writer.rejects)
        if whole and counted is not None and read != counted and not self.unread:
            self._incomplete(f"The upstream counts {counted} records, {read} came")
        if whole and read == 0 and not self.stream.may_be_empty:
            self._incomplete("The upstream has no records at all")
        if writer.total == 0 and len(writer.rejects) > (FEW_REJECTS if self.facts["kind"] == "delta" else 0):
            raise SchemaDrift(
                f"None of {read} records can be read: {writer.rejects[0].reason}",
                where=self.stream.name,
                sample=writer.rejects[0].sample,
                what_to_do="The publisher changed its format: compare the sample with the source's module.",
            )
        return Manifest(
            source=self.source.key,
            stream=self.stream.name,
            run=self.run,
            kind=self.facts["kind"],
            started_at=self.started_at,
            finished_at=now,
            parts=tuple(writer.parts),
            rejects=writer.rejects_info(),
            total=writer.total,
            upstream_total=counted,
            complete=whole and self.stream.complete_read and all(reject.key is not None for reject in writer.rejects),
            cursor_before=None,
            cursor_after=self.cursor,
            baseline=self.facts["baseline"],
            code_version=code_version,
            requests=requests,
            unread=tuple(self.unread),
        )

    def _incomplete(self, message: str) -> None:
        raise IncompletePage(
            message,
            source=self.source.key,
            run=self.run,
            where=f"{self.stream.name}, after {self.pages} pages",
            what_to_do="Nothing at first: it is read again from the start, and nothing of this read is believed."
            " If it stays, compare the publisher's count with its pages.",
        )


def _as_error(part: Unread) -> PipelineError:
    """The error that kept a part from being read, of its own kind: when nothing else was read either, it is the error of the read."""
    kind: type[PipelineError] = getattr(errors, part.kind)
    return kind(part.message, where=part.where, what_to_do=part.what_to_do)

"""The control endpoint: changes the sandbox upstream while it runs, and makes it misbehave.

``GET /control`` lists the commands with their fields, ``GET /control/state`` what is in force (also ``POST``),
``GET /control/requests`` how many requests each stream has answered. Commands are ``POST /control/<command>`` with a JSON body:

* ``edit`` ``{feed, stream, key | index, set: {path: value}, unset: [path]}``: paths as ``courseruns.0.start_date``.
* ``add`` ``{feed, stream, record?, key?}``: a given record, or one more generated one.
* ``remove`` ``{feed, stream, key | index}``.
* ``clock`` ``{at | advance_seconds}``: the publisher's today. Dates stay; what it derives from today (``is_enrollable``) moves.
* ``fault`` ``{feed, stream?, kind, requests, options}``: see ``faults.KINDS``. ``corrupt`` ``{feed, stream, key | index, kind}``.
* ``load_ocw`` ``{archive}``: an archive of courses into the OCW bucket.
* ``reset`` ``{what: all | faults | requests}``: ``all`` also undoes every edit and refills the buckets.

A feed that is a bucket has a stream of its units (for ``ocw``: ``courses``, key: the slug) and mostly one of single objects
(``content_files``, key: the object key); a command really writes the bucket. Without ``UPSTREAM_CONTROL_TOKEN`` only loopback is
answered; with it, the header ``X-Control-Token`` is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from include.local.upstream import corruptions
from include.local.upstream.access import error_answer, refused
from include.local.upstream.account import NotOurBucket
from include.local.upstream.app_database import AppDatabase
from include.local.upstream.archive import BadArchive
from include.local.upstream.bucket import FeedBucket
from include.local.upstream.catalog import Catalog, DuplicateRecord
from include.local.upstream.commands import (
    AddCommand,
    ClockCommand,
    Command,
    CorruptCommand,
    EditCommand,
    FaultCommand,
    LoadOcwCommand,
    OneRecord,
    ResetCommand,
    StateCommand,
)
from include.local.upstream.describe import described
from include.local.upstream.faults import BadFault, Fault, FaultBoard
from include.local.upstream.feeds import FEEDS
from include.local.upstream.paths import BadEdit, Edit
from include.local.upstream.records import UnknownRecord
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.site import RequestLog
from include.local.upstream.store import Store


class NoBuckets(RuntimeError):
    """There is no S3 server in the settings."""


STATUS_OF: dict[type[Exception], int] = {
    BadEdit: 400, BadFault: 400, BadArchive: 400, corruptions.NotCorruptible: 400,
    UnknownRecord: 404, DuplicateRecord: 409, NoBuckets: 503, NotOurBucket: 409, BotoCoreError: 502, ClientError: 502,
    psycopg.Error: 502,
}  # fmt: skip


CHANGING = (OneRecord, AddCommand, ClockCommand, ResetCommand)
"""Commands that change what a feed publishes."""


class Control:
    """The commands over the parts that they change."""

    def __init__(
        self,
        settings: UpstreamSettings,
        store: Store,
        catalog: Catalog,
        faults: FaultBoard,
        log: RequestLog,
        buckets: Mapping[str, FeedBucket],
        databases: Sequence[AppDatabase] = (),
    ) -> None:
        self._settings = settings
        self._store = store
        self._catalog = catalog
        self._faults = faults
        self._log = log
        self._buckets = buckets
        self._databases = databases
        self._commands: dict[str, tuple[type[Command], Callable[[Any], dict[str, Any]]]] = {
            "edit": (EditCommand, self.edit),
            "add": (AddCommand, self.add),
            "remove": (OneRecord, self.remove),
            "clock": (ClockCommand, self.clock),
            "fault": (FaultCommand, self.fault),
            "corrupt": (CorruptCommand, self.corrupt),
            "load_ocw": (LoadOcwCommand, self.load_ocw),
            "reset": (ResetCommand, self.reset),
            "state": (StateCommand, self.state),
        }

    def routes(self) -> list[Route]:
        """``/control`` and what is under it."""
        return [
            Route("/control", self.describe),
            Route("/control/requests", self.requests),
            Route("/control/{command:str}", self.run, methods=["GET", "POST"]),
        ]

    def _bucket(self, feed: str) -> FeedBucket | None:
        """The bucket of a feed that is one, ``None`` for the others; :raises NoBuckets: without an S3 server."""
        if FEEDS[feed].objects is None:
            return None
        if feed not in self._buckets:
            raise NoBuckets(f"there is no bucket of {feed}: UPSTREAM_S3_ENDPOINT_URL is not set")
        return self._buckets[feed]

    def _refused(self, request: Request) -> Response | None:
        return refused(request, self._settings.control_token)

    async def describe(self, request: Request) -> Response:
        """All commands with the JSON Schema of their bodies, and the kinds of faults."""
        models = {name: model for name, (model, _) in self._commands.items()}
        return self._refused(request) or JSONResponse({"about": __doc__, **described(models)})

    async def requests(self, request: Request) -> Response:
        """How many requests each stream has answered, by status and fault."""
        return self._refused(request) or JSONResponse(self._log.state())

    async def run(self, request: Request) -> Response:
        """Check and carry out one command."""
        answer = self._refused(request)
        if answer is not None:
            return answer
        name = request.path_params["command"]
        if name not in self._commands or (request.method != "POST" and name != "state"):
            return error_answer(404, f"there is no command {request.method} {name}; POST one of {', '.join(self._commands)}")
        if request.method == "POST" and request.headers.get("content-type", "").split(";")[0] != "application/json":
            return error_answer(415, "the body of a command is application/json")  # a web page cannot send that unasked
        model, handler = self._commands[name]
        try:
            command = model.model_validate_json(await request.body() or b"{}")
            return JSONResponse(await run_in_threadpool(self._carry_out, handler, command))
        except ValidationError as error:
            return error_answer(400, f"{name}: {error}")
        except tuple(STATUS_OF) as error:
            return error_answer(next(status for kind, status in STATUS_OF.items() if isinstance(error, kind)), str(error))

    def _carry_out(self, handler: Callable[[Any], dict[str, Any]], command: Command) -> dict[str, Any]:
        """Do it; then databases that follow a feed are brought after it, before anyone is told that it is done."""
        told = handler(command)
        feed = getattr(command, "feed", None)
        for database in self._databases if isinstance(command, CHANGING) else ():
            if feed in (None, database.key):
                database.fill(_edited(command, told))
        return told

    def edit(self, command: EditCommand) -> dict[str, Any]:
        """Change fields of a record or an object."""
        return self._edit(command, Edit(command.set, tuple(command.unset)))

    def _edit(self, command: OneRecord, edit: Edit) -> dict[str, Any]:
        key, bucket = self._key(command), self._bucket(command.feed)
        if bucket is not None:
            bucket.edit(key, edit)
        else:
            self._catalog.edit(command.feed, command.stream, key, edit)
        return {"key": key}

    def _key(self, command: OneRecord) -> str:
        bucket = self._bucket(command.feed)
        if bucket is not None:
            return bucket.key_at(command.stream, command.key, command.index)
        return self._catalog.key_at(command.feed, command.stream, command.key, command.index)

    def corrupt(self, command: CorruptCommand) -> dict[str, Any]:
        """Make a record invalid by an edit, or an object by other bytes."""
        bucket, name = self._bucket(command.feed), f"{command.feed}/{command.stream}"
        if bucket is None:
            stream = FEEDS[command.feed].stream(command.stream)
            return self._edit(command, corruptions.corrupting_edit(command.kind, name, stream.corruptions if stream else {}))
        if command.kind not in corruptions.OBJECT_KINDS:
            return self._edit(command, corruptions.corrupting_edit(command.kind, name, bucket.corruptions(command.stream)))
        key = self._key(command)
        bucket.replace(key, corruptions.corrupt_body(command.kind, bucket.body(key)))
        return {"key": key}

    def add(self, command: AddCommand) -> dict[str, Any]:
        """Publish a record and return its key."""
        bucket = self._bucket(command.feed)
        if bucket is not None:
            return {"key": bucket.add(command.key, command.record)}
        return {"key": self._catalog.add(command.feed, command.stream, command.record)}

    def remove(self, command: OneRecord) -> dict[str, Any]:
        """Take a record away."""
        key, bucket = self._key(command), self._bucket(command.feed)
        if bucket is not None:
            return {"key": key, "objects": bucket.remove(command.stream, key)}
        self._catalog.remove(command.feed, command.stream, key)
        return {"key": key}

    def clock(self, command: ClockCommand) -> dict[str, Any]:
        """Move today."""
        now = self._store.snapshot.now
        self._store.move_clock(command.at or now + timedelta(seconds=command.advance_seconds or 0))
        return {"now": self._store.snapshot.now.isoformat()}

    def fault(self, command: FaultCommand) -> dict[str, Any]:
        """Put a fault in force."""
        self._faults.order(Fault(command.feed, command.stream, command.kind, command.requests, command.options))
        return {"faults": self._faults.state()}

    def load_ocw(self, command: LoadOcwCommand) -> dict[str, Any]:
        """Load an archive into the OCW bucket."""
        bucket = self._bucket("ocw")
        assert bucket is not None  # noqa: S101 (OCW is a bucket)
        loaded = bucket.load_archive(command.archive)
        return {"courses": list(loaded.courses), **vars(loaded.changes)}

    def reset(self, command: ResetCommand) -> dict[str, Any]:
        """Undo."""
        if command.what in ("all", "faults"):
            self._faults.clear()
        if command.what in ("all", "requests"):
            self._log.clear()
        if command.what == "all":
            self._store.reset()
            for bucket in self._buckets.values():
                bucket.fill(afresh=True)
        return self.state(StateCommand())

    def state(self, command: StateCommand) -> dict[str, Any]:
        """What the sandbox serves and what is in force."""
        snapshot = self._store.snapshot
        changed = {
            f"{feed}/{stream}": {
                "edited": sorted(overlay.edits),
                "removed": sorted(overlay.removed),
                "added": [key for key, _ in overlay.added],
            }
            for (feed, stream), overlay in snapshot.overlays.items()
        }
        return {
            "seed": self._settings.seed,
            "resources": self._settings.resources,
            "recorded": str(self._settings.data or ""),
            "anchor": snapshot.anchor.isoformat(),
            "now": snapshot.now.isoformat(),
            "changed": changed,
            "faults": self._faults.state(),
            "buckets": {key: bucket.state() for key, bucket in self._buckets.items()},
        }


def _edited(command: Command, told: dict[str, Any]) -> tuple[str, str] | None:
    """Stream and key of the one record that a command has edited, when nothing else has changed."""
    if isinstance(command, EditCommand) and "id" not in {*command.set, *command.unset}:
        return command.stream, told["key"]
    return None

"""Answers under a fault that changes their records, their envelope or their body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from include.local.upstream.answers import Answer
from include.local.upstream.generated.common import Json
from include.local.upstream.refusals import DRF_HEADERS


class CutResponse(Response):
    """Sends the first half of an answer's body.

    :param declare_whole: declare the length of the whole body, so that the server has to cut the connection; otherwise the
        length of the half.
    """

    def __init__(self, answer: Answer, *, declare_whole: bool) -> None:
        super().__init__(media_type=answer.media_type, headers=DRF_HEADERS)
        self._body = answer.body
        self._declare_whole = declare_whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure the body in a first pass, send half of it in a second; memory stays at one chunk."""
        whole = await run_in_threadpool(lambda: sum(len(chunk) for chunk in self._body()))
        left = whole // 2
        self.headers["content-length"] = str(whole if self._declare_whole else left)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for chunk in iterate_in_threadpool(self._body()):
            part = chunk[:left]
            left -= len(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if left == 0:
                break
        if not self._declare_whole:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def drifted(path: str, options: dict[str, Any]) -> Callable[[Json], Json]:
    """A change of records: the field at a dotted path renamed, or typed otherwise; records without it stay as they are."""
    *way, last = (options["field"] or path).split(".")

    def change(record: Json) -> Json:
        changed: Json = orjson.loads(orjson.dumps(record))
        holder: Any = changed
        for part in way:
            holder = holder.get(part) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and last in holder:
            value = holder.pop(last)
            holder |= {last: {"value": value}} if options["retype"] else {options["to"]: value}
        return changed

    return change


def unresolved(field: str) -> Callable[[Json], Json]:
    """A change that puts an error in the place of a field of the first record, which a GraphQL server then reports."""
    first = iter([True])
    return lambda record: record | {field: RuntimeError("Internal server error")} if next(first, False) else record


def with_fault(answer: Answer, kind: str, options: dict[str, Any], main_field: str) -> Response:
    """The answer under a fault that changes the records, the envelope or the body."""
    facts = answer.facts
    match kind:
        case "empty":
            told = replace(facts, count=options["count"], following=None, previous=None)
            return replace(answer, start=0, stop=0, facts=told).response()
        case "count_disagrees":
            return replace(answer, facts=replace(facts, count=facts.count + options["by"])).response()
        case "page_repeated":
            return replace(answer, start=answer.start - (answer.end - answer.start), stop=answer.start).response()
        case "page_skipped":
            beyond = facts.page + 2
            return replace(answer, facts=replace(facts, following=beyond if beyond <= facts.last_page else None)).response()
        case "schema_changed":
            return replace(answer, change=drifted(main_field, options)).response()
        case "partial_errors":
            return replace(answer, change=unresolved(options["field"] or main_field)).response()
        case "truncated" | "truncated_json":
            return CutResponse(answer, declare_whole=kind == "truncated")
        case _:
            return answer.response()

"""The answers of the bulk API, each put into its class, whatever their order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opensearchpy import OpenSearch, TransportError

from include.search.bulk import Limits, Operation, Outcome, send

BUSY_ITEM = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "queue full"}}


class ScriptedClient(OpenSearch):
    """A client whose bulk calls are answered from a function; nothing goes over the network."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer
        self.bodies: list[str] = []

    def bulk(self, body: Any, **_: Any) -> Any:
        self.bodies.append(body)
        actions = [json.loads(line) for line in body.splitlines() if '"_index"' in line]
        items = []
        for action in actions:
            ((kind, address),) = action.items()
            items.append({kind: {"_id": address["_id"], **self.answer(kind, address, len(self.bodies))}})
        return {"items": items}


def operation(number: int, text: str | None = '{"title":"x"}') -> Operation:
    """A write, or a deletion without text."""
    return Operation("p_course_default", number, "course", version=number * 10, text=text, digest=b"" if text else None)


@pytest.mark.parametrize(
    ("text", "answer", "outcome"),
    [
        ("{}", {"status": 201}, Outcome.INDEXED),
        ("{}", {"status": 200}, Outcome.INDEXED),
        (None, {"status": 200}, Outcome.DELETED),
        (None, {"status": 404}, Outcome.ABSENT),
        ("{}", {"status": 409, "error": {"type": "version_conflict_engine_exception",
            "reason": "[1]: version conflict, current version [77] is higher than the one provided [10]"}}, Outcome.NEWER_THERE),
        ("{}", {"status": 400, "error": {"type": "mapper_parsing_exception", "reason": "failed to parse field [x]",
            "caused_by": {"type": "illegal_argument_exception", "reason": "not a date"}}}, Outcome.REJECTED),
        ("{}", BUSY_ITEM, Outcome.UNAVAILABLE),
        ("{}", {"status": 503, "error": {"type": "unavailable_shards_exception", "reason": "no primary"}}, Outcome.UNAVAILABLE),
        ("{}", {"status": 404, "error": {"type": "index_not_found_exception", "reason": "no such index"}}, Outcome.REFUSED),
        (None, {"status": 404, "error": {"type": "index_not_found_exception", "reason": "no such index"}}, Outcome.REFUSED),
        ("{}", {"status": 403, "error": {"type": "cluster_block_exception", "reason": "blocked by: [FORBIDDEN/8/index write (api)];"}},
            Outcome.UNAVAILABLE),
        ("{}", {"status": 429, "error": {"type": "cluster_block_exception",
            "reason": "blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"}}, Outcome.UNAVAILABLE),
        ("{}", {"status": 403, "error": {"type": "security_exception", "reason": "no permissions"}}, Outcome.REFUSED),
    ],
)  # fmt: skip
def test_each_answer_has_its_class(text: str | None, answer: dict[str, Any], outcome: Outcome) -> None:
    client = ScriptedClient(lambda *_: answer)
    (read,) = send(client, [operation(1, text)], Limits(attempts=1))
    assert read.outcome is outcome
    assert read.newer_version == (77 if outcome is Outcome.NEWER_THERE else 0)
    if outcome is Outcome.REJECTED:
        assert read.reason == ("mapper_parsing_exception: failed to parse field [x] (illegal_argument_exception: not a date)")


def test_the_text_is_sent_as_it_is() -> None:
    text = '{"b": 1,  "a":"\u00e9\\u0041"}'
    client = ScriptedClient(lambda *_: {"status": 201})
    send(client, [operation(1, text)], Limits())
    action, document = client.bodies[0].splitlines()
    assert document == text
    assert json.loads(action)["index"] == {
        "_index": "p_course_default", "_id": "1", "version": 10, "version_type": "external_gte",
    }  # fmt: skip


@given(
    sizes=st.lists(st.integers(0, 400), min_size=1, max_size=40),
    request_bytes=st.integers(600, 3000),
    request_documents=st.integers(1, 15),
    busy=st.sets(st.integers(0, 39)),
)
def test_every_operation_is_answered_once_within_the_limits(
    sizes: list[int], request_bytes: int, request_documents: int, busy: set[int]
) -> None:
    """Busy items are sent again, alone, and requests stay within the limits in bytes and documents."""
    refused: set[str] = set()

    def answer(_kind: str, address: dict[str, Any], _request: int) -> dict[str, Any]:
        if int(address["_id"]) in busy and address["_id"] not in refused:
            refused.add(address["_id"])
            return BUSY_ITEM
        return {"status": 201}

    client = ScriptedClient(answer)
    operations = [operation(number, json.dumps({"t": "x" * size})) for number, size in enumerate(sizes)]
    limits = Limits(request_bytes=request_bytes, request_documents=request_documents, attempts=2, first_wait_seconds=0)
    answers = send(client, operations, limits)
    assert sorted(read.operation.resource_id for read in answers) == list(range(len(sizes)))
    assert {read.outcome for read in answers} == {Outcome.INDEXED}
    assert all(len(body.encode()) <= request_bytes for body in client.bodies)
    assert all(body.count('"_index"') <= request_documents for body in client.bodies)


@given(st.sets(st.integers(1, 40), min_size=1), st.sets(st.integers(1, 40)), st.sampled_from([400, 413]))
def test_what_spoils_a_request_is_found_and_nothing_else_is_refused(sent: set[int], spoiling: set[int], status: int) -> None:
    def answer(_: str, address: dict[str, Any], __: int) -> dict[str, Any]:
        return {"status": 201}

    class Spoilt(ScriptedClient):
        def bulk(self, body: Any, **given: Any) -> Any:
            answered = super().bulk(body, **given)
            if any(int(item["index"]["_id"]) in spoiling for item in answered["items"]):
                raise TransportError(status, "illegal_argument_exception", {"error": "unreadable"})
            return answered

    answers = send(Spoilt(answer), [operation(number) for number in sent], Limits(request_documents=7))
    outcomes = {each.operation.resource_id: each.outcome for each in answers}
    assert outcomes == {number: Outcome.REJECTED if number in spoiling else Outcome.INDEXED for number in sent}

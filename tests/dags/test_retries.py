"""Transient errors are tried again, permanent ones fail at once; each error says itself which it is."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from airflow.sdk import RetryAction

from include.errors import AuthError, IncompletePage, PipelineError, RateLimited, SchemaDrift
from include.orchestration.retries import RETRY_TRANSIENT


def every_error(error: type[PipelineError] = PipelineError) -> Iterator[type[PipelineError]]:
    yield error
    for special in error.__subclasses__():
        yield from every_error(special)


def action(error: Exception) -> RetryAction:
    return RETRY_TRANSIENT.evaluate(error, try_number=1, max_tries=4).action


@pytest.mark.parametrize("error", list(every_error()), ids=lambda error: error.__name__)
def test_the_error_itself_decides(error: type[PipelineError]) -> None:
    assert action(error("x")) == (RetryAction.DEFAULT if error.transient else RetryAction.FAIL)


def test_some_of_each_kind_exist() -> None:
    assert {RateLimited.transient, IncompletePage.transient} == {True}
    assert {AuthError.transient, SchemaDrift.transient} == {False}


def test_errors_that_are_not_ours_are_tried_again() -> None:
    assert action(psycopg.OperationalError("server closed the connection")) == RetryAction.DEFAULT


def test_the_policy_survives_serialization() -> None:
    again = type(RETRY_TRANSIENT).deserialize(RETRY_TRANSIENT.serialize())
    assert again.evaluate(AuthError("x"), try_number=1, max_tries=4).action == RetryAction.FAIL

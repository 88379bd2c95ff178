"""Which errors are worth another try. Every error of ours says it itself (`PipelineError.transient`); the rules are made from that."""

from __future__ import annotations

from collections.abc import Iterator

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from include.errors import PipelineError


def _most_special_first(error: type[PipelineError]) -> Iterator[type[PipelineError]]:
    for special in error.__subclasses__():
        yield from _most_special_first(special)
    yield error


def _rule(error: type[PipelineError]) -> RetryRule:
    if error.transient:
        return RetryRule(exception=error, action=RetryAction.DEFAULT, reason=f"{error.__name__} passes: tried again after a growing delay")
    return RetryRule(exception=error, action=RetryAction.FAIL, reason=f"{error.__name__} does not pass by waiting")


RETRY_TRANSIENT = ExceptionRetryPolicy(rules=[_rule(error) for error in _most_special_first(PipelineError)])
"""Transient errors of ours, and all that are not ours (a lost connection, a killed process), get the task's retries and its growing
delay; permanent ones fail at once. The first rule that matches decides, so the rules go from the special to the general."""

"""A run that could not read a part of its feed ends red, after everything else."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from include.errors import PartsUnread
from include.orchestration import sources

PART = {"source": "podcast", "stream": "feeds", "prefix": "a.yaml/", "kind": "RateLimited", "message": "Wait", "where_found": "x"}


@pytest.mark.parametrize("parts", [[], [PART]])
def test_parts_that_were_not_read_fail_the_report(monkeypatch: pytest.MonkeyPatch, parts: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(sources, "postgres", lambda _: nullcontext())
    monkeypatch.setattr(sources.ledger, "unread_parts", lambda _, run: parts if run == "a_run" else pytest.fail("another run"))
    if not parts:
        sources.raise_if_unread("a_run")
        return
    with pytest.raises(PartsUnread, match=r"a\.yaml/: RateLimited: Wait") as caught:
        sources.raise_if_unread("a_run")
    assert (caught.value.source, caught.value.where, caught.value.transient) == ("podcast", "a.yaml/", False)

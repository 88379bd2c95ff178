"""Commands the sandbox upstream from tests and from the demo."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from include.local.upstream.access import TOKEN_HEADER

COMMAND_TIMEOUT_SECONDS = 120.0


class CommandRefused(RuntimeError):
    """The upstream did not do what it was told; the message is its own."""


class UpstreamClient:
    """One method per command of ``/control``; each returns the answer's JSON."""

    def __init__(self, base_url: str, token: str = "") -> None:
        headers = {TOKEN_HEADER: token} if token else {}
        verify = base_url.startswith("https:")  # loading certificates takes 0.1 s that plain loopback does not need
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=COMMAND_TIMEOUT_SECONDS, verify=verify)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def edit(
        self,
        feed: str,
        stream: str,
        values: Mapping[str, Any],
        *,
        key: str | None = None,
        index: int | None = None,
        unset: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Set dotted paths of one record."""
        body = {"feed": feed, "stream": stream, "key": key, "index": index, "set": dict(values), "unset": list(unset)}
        return self._post("edit", body)

    def corrupt(self, feed: str, stream: str, kind: str, *, key: str | None = None, index: int | None = None) -> dict[str, Any]:
        """Make one record, or one OCW object, invalid."""
        return self._post("corrupt", {"feed": feed, "stream": stream, "kind": kind, "key": key, "index": index})

    def add(self, feed: str, stream: str, record: dict[str, Any] | None = None, *, key: str | None = None) -> dict[str, Any]:
        """Publish a record, or one more generated one."""
        return self._post("add", {"feed": feed, "stream": stream, "record": record, "key": key})

    def remove(self, feed: str, stream: str, *, key: str | None = None, index: int | None = None) -> dict[str, Any]:
        """Take a record away."""
        return self._post("remove", {"feed": feed, "stream": stream, "key": key, "index": index})

    def fault(self, feed: str, kind: str, *, stream: str | None = None, requests: int = 1, **options: Any) -> dict[str, Any]:
        """Misbehave in the next ``requests`` requests in which the fault can show."""
        return self._post("fault", {"feed": feed, "stream": stream, "kind": kind, "requests": requests, "options": options})

    def clock(self, *, at: datetime | None = None, advance_seconds: float | None = None) -> dict[str, Any]:
        """Move the publisher's today."""
        return self._post("clock", {"at": at.isoformat() if at else None, "advance_seconds": advance_seconds})

    def load_ocw(self, archive: Path) -> dict[str, Any]:
        """Load an archive (a path that the upstream can read) into the OCW bucket."""
        return self._post("load_ocw", {"archive": str(archive)})

    def reset(self, what: str = "all") -> dict[str, Any]:
        """Undo all commands, or only ``faults`` or ``requests``."""
        return self._post("reset", {"what": what})

    def state(self) -> dict[str, Any]:
        """What is in force."""
        return self._post("state", {})

    def requests(self) -> dict[str, dict[str, dict[str, int]]]:
        """Requests answered so far, per feed and stream."""
        return self._checked(self._http.get("/control/requests"))

    def wait_until_ready(self, timeout_seconds: float = 120.0) -> dict[str, Any]:
        """Wait for ``/healthz``; :raises TimeoutError: with the last thing it said."""
        deadline, said = time.monotonic() + timeout_seconds, "nothing"
        while time.monotonic() < deadline:
            try:
                answer = self._http.get("/healthz")
                if answer.status_code == httpx.codes.OK:
                    return self._checked(answer)
                said = answer.text
            except httpx.TransportError as error:
                said = repr(error)
            time.sleep(0.1)
        raise TimeoutError(f"the sandbox upstream is not ready after {timeout_seconds} s; it says {said}")

    def _post(self, command: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._checked(self._http.post(f"/control/{command}", json=body))

    @staticmethod
    def _checked(answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            raise CommandRefused(f"{answer.status_code}: {answer.json().get('error', answer.text)}")
        told: dict[str, Any] = answer.json()
        return told

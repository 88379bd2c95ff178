"""A stub in front of the search server: answers some bulk requests or items with 429 and passes the rest on."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class BusyServerStub(ThreadingHTTPServer):
    """Stub, not a search server. ``refusals`` bulk requests get 429; with ``item_refusals``, single items of one do.

    A bulk request of more than ``largest_request`` bytes gets 413.
    """

    daemon_threads = True

    def __init__(self, upstream: str, refusals: int, item_refusals: int = 0, largest_request: int = 2**31) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.refusals = refusals
        self.item_refusals = item_refusals
        self.largest_request = largest_request
        self.bulk_requests = 0

    @property
    def url(self) -> str:
        """The stub's address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BusyServerStub

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/_bulk" in self.path:
            self.server.bulk_requests += 1
            if self.server.bulk_requests <= self.server.refusals:
                self._send(429, b'{"error":{"type":"rejected_execution_exception","reason":"busy"},"status":429}')
                return
            if len(body) > self.server.largest_request:
                self._send(413, b'{"error":{"type":"too_large","reason":"entity too large"},"status":413}')
                return
            if self.server.item_refusals:
                self._send(*self._refuse_items(body))
                return
        self._send(*self._pass_on(body))

    do_GET = do_POST = do_PUT = do_HEAD = _answer

    def _pass_on(self, body: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(
            self.server.upstream + self.path, data=body or None, method=self.command,
            headers={"Content-Type": self.headers.get("Content-Type") or "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _refuse_items(self, body: bytes) -> tuple[int, bytes]:
        """Answer 429 for the first items, as a full write queue does, and really write the others."""
        lines = iter(body.decode().splitlines())
        items, passed = [], []
        for line in lines:
            [(action, facts)] = json.loads(line).items()
            whole = [line] if action == "delete" else [line, next(lines)]
            if self.server.item_refusals:
                self.server.item_refusals -= 1
                items.append({action: {"_id": facts["_id"], "status": 429, "error": {"type": "busy", "reason": "busy"}}})
            else:
                passed += whole
        if not passed:
            return 200, json.dumps({"items": items}).encode()
        status, answer = self._pass_on(("\n".join(passed) + "\n").encode())
        return status, json.dumps({"items": items + json.loads(answer)["items"]}).encode()

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """No access log in the tests' output."""


@contextmanager
def busy_server(upstream: str, refusals: int = 0, item_refusals: int = 0, largest_request: int = 2**31) -> Iterator[BusyServerStub]:
    """The stub, serving in a thread."""
    stub = BusyServerStub(upstream, refusals, item_refusals, largest_request)
    thread = threading.Thread(target=stub.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.shutdown()
        stub.server_close()
        thread.join()

"""Who may command the sandbox: whoever has the token, or, where there is none, this machine."""

from __future__ import annotations

import hmac
import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

TOKEN_HEADER = "X-Control-Token"  # noqa: S105 (the header's name)


def refused(request: Request, token: str) -> Response | None:
    """The answer to someone who may not command: no token, a wrong one, or not from this machine."""
    if token:
        given = request.headers.get(TOKEN_HEADER, "")
        same = hmac.compare_digest(given.encode(), token.encode())
        return None if same else error_answer(401, f"the header {TOKEN_HEADER} is missing or wrong")
    if request.client is None or not _is_loopback(request.client.host):
        return error_answer(403, "without UPSTREAM_CONTROL_TOKEN commands are taken from this machine only")
    return None


def error_answer(status: int, text: str) -> Response:
    """A refusal of the control endpoint."""
    return JSONResponse({"error": text}, status)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""Errors as Django REST framework writes them."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

DRF_HEADERS = {"Allow": "GET, HEAD, OPTIONS", "Vary": "Accept, Cookie"}


def refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error with its ``detail``."""
    return JSONResponse({"detail": detail}, status, headers=DRF_HEADERS | (headers or {}))

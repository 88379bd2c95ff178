"""How feeds know their callers: a key in a header, or a token by OAuth2 client credentials."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from include.local.upstream.refusals import refusal


@dataclass(frozen=True)
class ApiKey:
    """``Authorization: <scheme> <key>``, asked for only when the feed has a secret."""

    scheme: str = "Api-Key"

    def refused(self, request: Request, secret: str) -> Response | None:
        """401 without a key, 403 with a wrong one."""
        if not secret:
            return None
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower() or not given:
            return refusal(401, "Authentication credentials were not provided.", {"WWW-Authenticate": self.scheme})
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return refusal(403, "You do not have permission to perform this action.")
        return None

    def expire(self) -> Response:
        """A key cannot be renewed by the caller: only this answer says that it has expired."""
        return refusal(401, "API key has expired.", {"WWW-Authenticate": self.scheme})


@dataclass(frozen=True)
class GoogleKey:
    """``X-Goog-Api-Key: <key>`` or ``?key=<key>``, as Google's APIs take it, asked for only when the feed has a secret."""

    def refused(self, request: Request, secret: str) -> Response | None:
        """403 without a key, 400 with a wrong one, as Google answers."""
        given = request.headers.get("x-goog-api-key") or request.query_params.get("key", "")
        if not secret or hmac.compare_digest(given.encode(), secret.encode()):
            return None
        if not given:
            return google_error(403, "The request is missing a valid API key.", "forbidden")
        return google_error(400, "API key not valid. Please pass a valid API key.", "badRequest")

    def expire(self) -> Response:
        """A key cannot be renewed by the caller: only this answer says that it has expired."""
        return google_error(400, "API key expired. Please renew the API key.", "badRequest")


def google_error(status: int, message: str, reason: str, domain: str = "global") -> Response:
    """An error as Google's APIs write it."""
    told = {"message": message, "domain": domain, "reason": reason}
    return JSONResponse({"error": {"code": status, "message": message, "errors": [told]}}, status)


@dataclass
class OAuth2:
    """Client credentials: a token endpoint (``Site.token``) and ``Authorization: <scheme> <token>``.

    Tokens look like JWTs and are checked by signature, expiry and whether ``expire`` has been called since they were given.
    """

    scheme: str = "Bearer"
    lifetime_seconds: int = 3600
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _valid_from: int = 0
    _issued: int = 0

    def issue(self, form: dict[str, str], secret: str) -> Response:
        """The answer of the token endpoint to a posted form."""
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        given = form.get("client_secret", "")
        wrong = secret and not hmac.compare_digest(given.encode(), secret.encode())
        if not form.get("client_id") or not given or wrong:
            return JSONResponse({"error": "invalid_client"}, 401)
        with self._lock:
            self._issued += 1
            claims = {"sub": form["client_id"], "jti": self._issued, "exp": time.time() + self.lifetime_seconds}
        told = {"access_token": self._signed(claims), "token_type": self.scheme, "expires_in": self.lifetime_seconds}
        return JSONResponse(told | {"scope": "read"})

    def refused(self, request: Request, secret: str) -> Response | None:
        """401 unless the token is one of ours and still valid."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower() or not token:
            return refusal(401, "Authentication credentials were not provided.", {"WWW-Authenticate": self.scheme})
        claims = self._checked(token)
        if claims is None or claims["exp"] <= time.time() or claims["jti"] <= self._valid_from:
            return self._invalid()
        return None

    def expire(self) -> Response:
        """Every token given so far is refused from now on: the caller has to fetch a new one."""
        with self._lock:
            self._valid_from = self._issued
        return self._invalid()

    def _invalid(self) -> Response:
        return refusal(401, "Signature has expired.", {"WWW-Authenticate": f'{self.scheme} error="invalid_token"'})

    def _signed(self, claims: dict[str, object]) -> str:
        signed = f"{_encoded(orjson.dumps({'alg': 'HS256', 'typ': 'JWT'}))}.{_encoded(orjson.dumps(claims))}"
        return f"{signed}.{_encoded(hmac.digest(self._key, signed.encode(), 'sha256'))}"

    def _checked(self, token: str) -> dict[str, float] | None:
        signed, _, signature = token.rpartition(".")
        expected = _encoded(hmac.digest(self._key, signed.encode(), "sha256"))
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return None
        claims: dict[str, float] = orjson.loads(_decoded(signed.split(".")[1]))
        return claims


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

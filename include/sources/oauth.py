"""OAuth2 client credentials as `requests` authentication: a token by POST form, sent as ``Authorization: <scheme> <token>``.

Written here because nothing maintained does all of it: requests-oauthlib and Authlib know only bearer tokens and bring a session of
their own, and the CDK's authenticator asks outside of any session that could be put under the address guard. As a `requests` auth it
fits every guarded session, ours and those of airbyte-cdk, so that a low-code feed needs nothing but a connection with ``token_url``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from include.errors import AuthError, SchemaDrift
from include.sources.base import RequestLog
from include.sources.http import HttpClient, parse_body, refuse_status
from include.sources.transport import guard_session

REFRESH_BEFORE_SECONDS = 60.0
"""A token is renewed this long before it expires, or after nine tenths of a shorter life."""
UNSTATED_LIFE_SECONDS = 300.0
"""How long a token is used whose answer does not say when it expires."""

Origin = tuple[str, str | None, int | None]


def origin_of(url: str) -> Origin:
    """Scheme, host and port: where a credential may go, and nowhere else."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


@dataclass
class ClientCredentials(AuthBase):
    """Adds the token to requests to ``origins``, renews it in time, and once more when a request is answered 401 all the same.

    :param token_url: where tokens are asked for; it alone ever gets the client id and secret.
    :param session: a guarded session without authentication of its own.
    :param scheme: word before the token.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    origins: frozenset[Origin]
    session: requests.Session
    log: RequestLog
    scheme: str = "JWT"
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._token = ""
        self._renew_at = 0.0
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request. One to another host, to which nothing but a redirect could lead, goes unsigned."""
        if origin_of(str(request.url)) in self.origins:
            request.headers["Authorization"] = f"{self.scheme} {self.token()}"
            request.hooks["response"].append(self._again_after_401)
        return request

    def token(self, refused: str | None = None) -> str:
        """The token in force, asked for when there is none, it is about to expire, or it is the one just ``refused``."""
        with self._lock:
            if not self._token or self._token == refused or self.monotonic() >= self._renew_at:
                self._token, life = self._ask()
                self._renew_at = self.monotonic() + max(life - REFRESH_BEFORE_SECONDS, life * 0.9)
            return self._token

    def _again_after_401(self, response: requests.Response, **how: Any) -> requests.Response:
        """Send the request once more with a new token: it was revoked or expired in mid-run. A second refusal stays a refusal."""
        if response.status_code != 401 or origin_of(str(response.request.url)) not in self.origins:
            return response
        used = str(response.request.headers.get("Authorization", "")).removeprefix(f"{self.scheme} ")
        signed = response.request.copy()
        signed.headers["Authorization"] = f"{self.scheme} {self.token(refused=used)}"
        self.log.count(response)
        again: requests.Response = vars(response)["connection"].send(signed, **how)
        again.history.append(response)
        again.request = signed
        return again

    def _ask(self) -> tuple[str, float]:
        """A new token and its life in seconds. No error quotes the answer: it might hold a token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "token_type": "jwt",
        }
        answer = self.session.post(self.token_url, data=form, allow_redirects=False)
        self.log.count(answer)
        if answer.status_code in (400, 401, 403):
            raise AuthError(
                f"The upstream gives us no token (HTTP {answer.status_code})",
                what_to_do="Put a valid client id and secret into the connection of this upstream (login, password) and clear the task.",
            )
        if answer.status_code != 200:
            refuse_status(answer.status_code, retry_after=answer.headers.get("Retry-After"))
        return _token_of(answer)


def _token_of(answer: requests.Response) -> tuple[str, float]:
    """What `_ask` returns, read from a good answer."""
    body = parse_body(answer.content, show=False)
    token, life = (body.get("access_token"), body.get("expires_in")) if isinstance(body, dict) else (None, None)
    if not isinstance(token, str) or not token.strip() or not token.isprintable():
        raise SchemaDrift(
            "The answer of the token endpoint has no access_token",
            what_to_do="Compare token_url in the connection with the publisher's documentation.",
        )
    if isinstance(life, bool) or not isinstance(life, int | float) or life <= 0:
        life = UNSTATED_LIFE_SECONDS
    return token, float(life)


def authenticate(client: HttpClient, token_url: str, client_id: str, client_secret: str) -> None:
    """Sign what ``client`` asks of its feed: the hosts of its base URL and of its streams' paths, where those are whole URLs."""
    session = requests.Session()
    guard_session(session, client.guard, client.backoff_seconds, retried=("GET", "HEAD", "POST"))
    client.session.auth = client.auth = ClientCredentials(
        token_url=client.url(token_url),
        client_id=client_id,
        client_secret=client_secret,
        origins=frozenset(origin_of(client.url(path)) for path in ("", *client.paths.values())),
        session=session,
        log=client.log,
    )

"""How a generated GraphQL client asks: through the same guarded, retried transport as every other request, with typed errors.

A server answers a query it does not know (a field that has disappeared) with errors and no path: `SchemaDrift`. An error with a path
is about data: what came beside it is not believed, because a part of it is missing (`IncompletePage`), and the page is asked for again.
"""

from __future__ import annotations

import time
from typing import Any

import requests
from pydantic import BaseModel

from include.errors import AuthError, IncompletePage, PipelineError, SchemaDrift, SourceError
from include.sources.base import Json
from include.sources.http import HttpClient, parse_body, refuse_status, unavailable
from include.sources.transport import guard_session

REFUSED_CODES = frozenset({"UNAUTHENTICATED", "FORBIDDEN"})
COMPARE = "The publisher changed its API: compare schema.graphql and queries.graphql of this source with it and generate the client again."


class GraphQLTransport:
    """Base of generated clients: ``execute`` sends, ``get_data`` gives the data or raises a typed `SourceError`."""

    def __init__(self, http: HttpClient, path: str) -> None:
        self.http = http
        self.url = http.url(path)
        self.session = requests.Session()
        guard_session(self.session, http.guard, http.backoff_seconds, retried=("GET", "HEAD", "POST"))
        self.session.auth = http.auth
        if http.api_key:
            self.session.headers["Authorization"] = f"Api-Key {http.api_key}"

    def execute(self, query: str, operation_name: str | None = None, variables: Json | None = None) -> Any:
        """The answer to a query. Queries only ever read, so that a POST may be sent again."""
        asked = {"query": query, "operationName": operation_name, "variables": _plain(variables or {})}
        started = time.monotonic()
        try:
            response = self.session.post(self.url, json=asked)
        except PipelineError as error:
            error.source, error.where = error.source or self.http.source, error.where or self.url
            raise
        except requests.RequestException as error:
            raise unavailable(error, self.http.source, self.url) from error
        finally:
            self.http.log.seconds += time.monotonic() - started
        self.http.log.count(response)
        return response

    def get_data(self, response: Any) -> Json:
        """The ``data`` of an answer that is whole. GraphQL servers answer a bad query with 200 or with 400, both with ``errors``."""
        try:
            if response.status_code not in (200, 400):
                refuse_status(response.status_code, response.content, response.headers.get("Retry-After"))
            body = parse_body(response.content)
            if not isinstance(body, dict) or not body.keys() & {"data", "errors"}:
                raise SchemaDrift("The answer is not one of GraphQL", sample=str(body), what_to_do=COMPARE)
            if body.get("errors"):
                raise _error_of(body["errors"], has_data=body.get("data") is not None)
            data = body.get("data")
            if not isinstance(data, dict):
                raise SchemaDrift("The answer has neither data nor errors", sample=str(body), what_to_do=COMPARE)
        except SourceError as error:
            error.source, error.where = error.source or self.http.source, error.where or self.url
            raise
        return data


def _error_of(errors: Any, *, has_data: bool) -> SourceError:
    """The typed error for a list of GraphQL errors."""
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    told = "; ".join(f"{one.get('message')} at {_place(one)}" for one in listed[:5]) or str(errors)
    codes = {str((one.get("extensions") or {}).get("code", "")) for one in listed}
    if codes & REFUSED_CODES:
        return AuthError(
            "The upstream refused our credential",
            sample=told,
            what_to_do="Put a valid key into the connection of this upstream (password) and clear the task.",
        )
    if not listed or any(not one.get("path") for one in listed):
        return SchemaDrift("The upstream does not know our query any more", sample=told, what_to_do=COMPARE)
    return IncompletePage(
        f"The upstream could not give all that was asked for: {len(listed)} errors, {'the rest' if has_data else 'nothing'} came",
        sample=told,
        what_to_do="Nothing at first: nothing of this page is believed, and it is read again. If it stays, show the publisher the errors.",
    )


def _place(error: Json) -> str:
    return ".".join(str(part) for part in error.get("path") or ()) or "no path"


def _plain(value: Any) -> Any:
    """Variables as JSON: the generated input types are models."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value

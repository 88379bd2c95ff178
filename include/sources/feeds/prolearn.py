"""Professional Learning at MIT: courses and programs by GraphQL. Learn retired this feed in 2024 (sources.md 0.1); it is off by default.

The site listed courses of many departments; those with a feed of their own in Learn were never taken from here.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Page, PythonSource, Reading, Stream, text_at
from include.sources.graphql.prolearn.client import ProlearnClient, SearchAPIConditionInput, SearchDocuments
from include.sources.graphql.transport import COMPARE
from include.sources.http import HttpClient
from include.sources.keys import text_key
from include.sources.records.prolearn import ProlearnDocument
from include.sources.split import split_records

PATH = "/graphql"
PAGE_SIZE = 50
KINDS = {"courses": "course", "programs": "program"}
"""Stream -> what the publisher calls it."""

STREAMS = tuple(
    Stream(name=name, key_of=text_key("url"), record_model=ProlearnDocument, html_fields=(text_at("body"), text_at("body_override")))
    for name in KINDS
)


def _pages(stream: Stream, client: HttpClient, reading: Reading) -> Iterator[Page]:
    """Pages by offset until as many documents have come as the publisher counts."""
    graphql = ProlearnClient(client, client.paths.get(stream.name, PATH))
    offset, number, total = (reading.cursor["offset"], reading.cursor["page"], reading.cursor["count"]) if reading.cursor else (0, 0, None)
    while True:
        number += 1
        where = f"{stream.name}, page {number}"
        found = _search(graphql, stream.name, offset, where).searchAPISearch
        if total is not None and found.result_count != total:
            raise _incomplete("prolearn", where, f"The count went from {total} to {found.result_count} while the list was read")
        total = found.result_count
        offset += len(found.documents)
        if offset > total or (not found.documents and offset < total):
            raise _incomplete("prolearn", where, f"The upstream counts {total} documents, {offset} came up to this page")
        documents = [document.model_dump(mode="json", by_alias=True) for document in found.documents]
        records, rejects = split_records(stream, documents, number)
        is_last = offset == total
        yield Page(records, rejects, None if is_last else {"offset": offset, "page": number, "count": total}, total, number)
        if is_last or (reading.limit is not None and offset >= reading.limit):
            return


def _search(graphql: ProlearnClient, stream: str, offset: int, where: str) -> SearchDocuments:
    """One page; :raises SchemaDrift: when it is not what the generated types say."""
    wanted = SearchAPIConditionInput(operator="=", name="field_course_or_program", value=KINDS[stream])
    try:
        return graphql.search_documents(conditions=[wanted], offset=offset, limit=PAGE_SIZE)
    except ValidationError as error:
        raise SchemaDrift(
            f"{error.error_count()} values of the answer are not of the types that the schema declares",
            source=graphql.http.source,
            where=where,
            sample=str(error.errors(include_url=False, include_input=False)[0]),
            what_to_do=COMPARE,
        ) from error


def _incomplete(source: str, where: str, message: str) -> IncompletePage:
    return IncompletePage(
        message,
        source=source,
        where=where,
        what_to_do="Nothing at first: the list is read again from the start. If it stays, compare the publisher's count with its pages.",
    )


SOURCE = PythonSource(
    key="prolearn",
    title="Professional Learning at MIT (retired)",
    streams=STREAMS,
    read=_pages,
    why_not_low_code="GraphQL: a typed client is generated from the schema, and errors beside data are errors",
)
"""The source `prolearn`. No key was ever asked for."""

"""Professional Learning at MIT: one GraphQL endpoint, executed by `ariadne` over the schema that the source's client is generated from.

Learn retired this feed; the sandbox keeps it for the GraphQL way of the pipelines. A field that no document of a page has any more is
taken out of the schema, so that a query for it is refused as a real server refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import orjson
from ariadne import QueryType, graphql_sync, make_executable_schema
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, ObjectTypeDefinitionNode, parse, print_ast
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Facts
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated import prolearn
from include.local.upstream.generated.common import Json
from include.local.upstream.recorded import rows_at
from include.local.upstream.site import Ask, Site

SCHEMA = Path(__file__).parents[3] / "sources" / "graphql" / "prolearn" / "schema.graphql"
DOCUMENT = "DefaultSolrIndexDoc"
KIND_FIELD = "field_course_or_program"
STREAM_OF = {"course": "courses", "program": "programs"}
LARGEST_PAGE = 100

QUERY = QueryType()


@QUERY.field("searchAPISearch")
def _search(_: Any, info: Any, index_id: str, range: Json, condition_group: Json) -> Json:
    """The page in the context; without one (the first pass) only what is asked for is noted there."""
    context: Json = info.context
    context["asked"] = {"range": range, "conditions": condition_group["conditions"]}
    page: Json = context.get("page", {"result_count": 0, "documents": []})
    return page


@cache
def _schema(without: frozenset[str]) -> GraphQLSchema:
    """The schema, less some fields of documents."""
    tree = parse(SCHEMA.read_text(encoding="utf-8"))
    for definition in tree.definitions:
        if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value == DOCUMENT:
            definition.fields = tuple(field for field in definition.fields if field.name.value not in without)
    return make_executable_schema(print_ast(tree), QUERY)


def _document_fields() -> frozenset[str]:
    document = _schema(frozenset()).type_map[DOCUMENT]
    return frozenset(document.fields) if isinstance(document, GraphQLObjectType) else frozenset()


def _endpoint(ask: Ask) -> Answer | Response:
    """Answers a posted query. It is executed twice: for what it asks for, and over the page that it then gets."""
    asked: Json = orjson.loads(ask.body or b"{}")
    context: Json = {}
    good, told = graphql_sync(_schema(frozenset()), asked, context_value=context)
    if not good or "asked" not in context:
        return JSONResponse(told, 200 if good else 400)
    try:
        stream = _stream_of(context["asked"]["conditions"])
    except GraphQLError as error:
        return JSONResponse({"errors": [error.formatted], "data": None}, 400)
    view, (offset, limit) = ask.view(stream), context["asked"]["range"].values()
    size = max(1, min(limit, LARGEST_PAGE))
    facts = Facts(len(view), offset // size + 1, max(1, -(-len(view) // size)))
    return Answer(view, offset, offset + size, partial(_executed, asked), facts, stream=stream)


def _stream_of(conditions: list[Json]) -> str:
    """The stream that the conditions choose; the sandbox has an index of this one field."""
    wanted = [one["value"] for one in conditions if one["name"] == KIND_FIELD and one["operator"] == "="]
    if len(conditions) != 1 or len(wanted) != 1 or wanted[0] not in STREAM_OF:
        raise GraphQLError(f"the index is asked by one condition: {KIND_FIELD} = {' or '.join(STREAM_OF)}")
    return STREAM_OF[wanted[0]]


def _executed(asked: Json, records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
    page = list(records)
    present = {field for record in page for field, value in record.items() if not isinstance(value, dict)}
    gone = _document_fields() - present if page else frozenset()
    context = {"page": {"result_count": facts.count, "documents": page}}
    yield orjson.dumps(graphql_sync(_schema(frozenset(gone)), asked, context_value=context)[1])


def _course(world: World, index: int) -> Json:
    return prolearn.course(world.seed, index, world.anchor)


def _program(world: World, index: int) -> Json:
    return prolearn.program(world.seed, index, world.count("courses"), world.anchor)


def _routes(site: Site) -> list[Route]:
    return [site.post("/graphql", "graphql", _endpoint)]


def _stream(name: str, make: Callable[[World, int], Json], find: Callable[[str], int | None], number: int) -> Stream:
    """Documents of one kind. Of courses there are always more than a page of the source's."""
    return Stream(
        name,
        make,
        find,
        key="url",
        quantity=Quantity(fixed=number),
        traits=frozenset({"paged", "counted", "graphql"}),
        drift_field="title",
        recorded=(f"prolearn_*_{name}.json",),
        parse=rows_at("data", "searchAPISearch", "documents"),
        corruptions=corrupted(),
    )


FEED = Feed(
    key="prolearn",
    title="Professional Learning at MIT (retired)",
    routes=_routes,
    streams=(
        _stream("courses", _course, prolearn.course_index, 60),
        _stream("programs", _program, prolearn.program_index, 8),
    ),
)

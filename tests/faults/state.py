"""What a chain has ended in, and how two ends differ: Learn's tables, delivery's ledger, the documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
from opensearchpy import OpenSearch, helpers

from tests.faults.world import Chain
from tests.support.digest import learn_digest, learn_lines, pipelines_digest

LEDGER = ("delivered_unit", "pending_reference", "held_removal")
SAMPLES = 3
RESOURCE_IDS = "select concat_ws('|', platform_id, resource_type, readable_id), id from learning_resources_learningresource"
RUN_IDS = """
select concat_ws('|', o.platform_id, o.resource_type, o.readable_id, r.run_id), r.id
from learning_resources_learningresourcerun as r
join learning_resources_learningresource as o on o.id = r.learning_resource_id
"""
PUBLISHED = f"{RESOURCE_IDS} where published and resource_type = any(%s)"
MUST_BE_NONE = {
    "resources that are there twice": "select concat_ws('|', platform_id, resource_type, readable_id) from"
    " learning_resources_learningresource group by platform_id, resource_type, readable_id having count(*) > 1",
    "runs that are there twice": "select concat_ws('|', learning_resource_id, run_id) from learning_resources_learningresourcerun"
    " group by learning_resource_id, run_id having count(*) > 1",
    "entries left in the outbox": "select resource_id::text from pipelines.outbox",
    "syncs that did not end": "select run_key from pipelines.sync_run where finished_at is null",
    "documents that were rejected": "select reason from pipelines.rejected_document",
    "removals that are held": "select resource_key from pipelines.held_removal where released_at is null and returned_at is null",
}
IN_MARTS = "select resource_key from marts.catalog_unit where published and not is_removed"

Ids = dict[str, int]


def ids_of(learn: psycopg.Connection[Any]) -> Ids:
    """Natural key of each resource and run -> Learn's id."""
    return {
        kind + key: number
        for kind, query in (("resource ", RESOURCE_IDS), ("run ", RUN_IDS))
        for key, number in learn.execute(query.encode())
    }


def documents_of(client: OpenSearch, prefix: str) -> dict[str, Any]:
    """`<index type>/<id>` -> document."""
    pattern = f"{prefix}_*"
    client.indices.refresh(index=pattern)
    found = helpers.scan(client, index=pattern, query={"query": {"match_all": {}}}, size=500)
    return {f"{hit['_index'].removeprefix(prefix).rsplit('_', 1)[0]}/{hit['_id']}": hit["_source"] for hit in found}


def faults_of(chain: Chain, documents: dict[str, Any], types: tuple[str, ...]) -> Iterator[str]:
    """What is lost, doubled or left over in one chain, whatever another has."""
    with psycopg.connect(chain.admin_dsn("learn")) as learn, psycopg.connect(chain.admin_dsn("warehouse")) as warehouse:
        for what, query in MUST_BE_NONE.items():
            if found := [row[0] for row in learn.execute(query.encode())]:
                yield f"{what}: {found[:SAMPLES]}"
        published = dict(learn.execute(PUBLISHED.encode(), [list(types)]).fetchall())
        wanted = {key for (key,) in warehouse.execute(IN_MARTS.encode()) if key.split("|")[1] in types}
    yield from _differ("published in Learn", set(published), "in the marts", wanted)
    indexed = Counter(f"{each['platform']['code']}|{each['resource_type']}|{each['readable_id']}" for each in documents.values())
    yield from _differ("in the index", set(indexed), "published in Learn", set(published))
    if doubled := [key for key, count in indexed.items() if count > 1]:
        yield f"in the index twice: {doubled[:SAMPLES]}"
    ids = {f"{each['platform']['code']}|{each['resource_type']}|{each['readable_id']}": each["id"] for each in documents.values()}
    if strange := [key for key, number in ids.items() if published.get(key) not in (None, number)]:
        yield f"documents under the id of another resource: {strange[:SAMPLES]}"


def differences(twin: Chain, chain: Chain, twins_documents: dict[str, Any], documents: dict[str, Any]) -> Iterator[str]:
    """How a chain differs from its twin. Ids are left out: new rows may come in another order."""
    with psycopg.connect(twin.admin_dsn("learn")) as one, psycopg.connect(chain.admin_dsn("learn")) as other:
        expected, found = ({**learn_digest(each), **pipelines_digest(each, LEDGER)} for each in (one, other))
        for table in sorted(expected):
            if expected[table] == found[table]:
                continue
            if table in LEDGER:
                yield f"pipelines.{table} differs"
            else:
                yield from _differ(f"{table}", learn_lines(other, table), "that of the twin", learn_lines(one, table))
        lines, twins_lines = _lines_of(documents, other), _lines_of(twins_documents, one)
    yield from _differ("documents", lines, "those of the twin", twins_lines)


def _lines_of(documents: dict[str, Any], learn: psycopg.Connection[Any]) -> set[str]:
    keys = {number: key for key, number in learn.execute(RESOURCE_IDS)}
    return {json.dumps(_without_ids(each, keys), sort_keys=True) for each in documents.values()}


def _without_ids(value: Any, keys: dict[int, str]) -> Any:
    """Without ids; where a document names a resource by its id alone (``child``), with the key of that resource."""
    if isinstance(value, dict):
        return {
            name: keys.get(each, f"no resource {each}") if name == "child" else _without_ids(each, keys)
            for name, each in value.items()
            if not (name == "id" or name.endswith("_id")) or isinstance(each, str)
        }
    return [_without_ids(each, keys) for each in value] if isinstance(value, list) else value


def _differ(what: str, found: set[str], whose: str, expected: set[str]) -> Iterator[str]:
    """Both sides of a difference, with samples."""
    if missing := sorted(expected - found):
        yield f"{what} has not what is {whose}: {len(missing)}: " + " ; ".join(each[:400] for each in missing[:SAMPLES])
    if more := sorted(found - expected):
        yield f"{what} has what is not {whose}: {len(more)}: " + " ; ".join(each[:400] for each in more[:SAMPLES])

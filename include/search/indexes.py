"""The serving indexes and their aliases: made when missing, checked when there (target_model 2.2 to 2.4)."""

from __future__ import annotations

import copy
import logging
from typing import Any

from opensearchpy import OpenSearch

from include.errors import MappingDiffers, VerificationFailed
from include.search.client import typed_errors
from include.search.mapping_diff import analysis_differences, mapping_differences
from include.search.names import HYBRID_TYPE, global_alias, new_index_name, serving_alias

log = logging.getLogger(__name__)

KNN_PLUGIN = "opensearch-knn"
SHOWN_DIFFERENCES = 3

IndexBody = dict[str, Any]


def has_knn(client: OpenSearch) -> bool:
    """Whether the server can hold vectors, found by asking for its plugins."""
    return any(plugin["component"] == KNN_PLUGIN for plugin in client.cat.plugins(format="json"))


def ensure_indexes(
    client: OpenSearch, prefix: str, bodies: dict[str, IndexBody], shards: int = 1, replicas: int = 0
) -> list[str]:
    """Make what is missing and check what is there; returns the names of the indexes made.

    :param bodies: index type to body, the contract's (``include.contracts.documents.index_bodies()``).
    :raises MappingDiffers: an index in use has another mapping or analysis than the contract.
    :raises VerificationFailed: an alias stands for more than one index.
    :raises SearchUnavailable: the server did not answer.
    """
    with typed_errors():
        return _ensure(client, prefix, bodies, shards, replicas)


def _ensure(
    client: OpenSearch, prefix: str, bodies: dict[str, IndexBody], shards: int, replicas: int
) -> list[str]:
    knn = has_knn(client)
    there = client.indices.get(index=f"{prefix}_*")
    made = []
    for index_type, body in sorted(bodies.items()):
        if index_type == HYBRID_TYPE and not knn:
            log.info("index_left_out type=%s reason=server_without_knn", index_type)
            continue
        backing = _backing(there, serving_alias(prefix, index_type))
        if backing is None:
            made.append(_create(client, prefix, index_type, body, shards, replicas))
        else:
            _check(backing, there[backing], body)
    return made


def _backing(there: dict[str, IndexBody], alias: str) -> str | None:
    """The index behind an alias, or None."""
    names = sorted(name for name, facts in there.items() if alias in facts["aliases"])
    if len(names) > 1:
        raise VerificationFailed(
            f"The alias {alias} stands for {len(names)} indexes, so that writes through it are refused.",
            where=", ".join(names),
            what_to_do="Remove the alias from all but the index that is to serve.",
        )
    return names[0] if names else None


def _create(client: OpenSearch, prefix: str, index_type: str, body: IndexBody, shards: int, replicas: int) -> str:
    """Index and aliases in one request, so that neither is ever there without the other."""
    name = new_index_name(prefix, index_type)
    settings = copy.deepcopy(body["settings"])
    settings["index"] |= {"number_of_shards": shards, "number_of_replicas": replicas}
    aliases: dict[str, Any] = {serving_alias(prefix, index_type): {}}
    if index_type != HYBRID_TYPE:  # its documents copy those of the other indexes: counted once in "all"
        aliases[global_alias(prefix)] = {}
    client.indices.create(
        index=name, body={"settings": settings, "mappings": body["mappings"], "aliases": aliases}
    )
    log.info("index_made index=%s type=%s shards=%d replicas=%d", name, index_type, shards, replicas)
    return name


def _check(index: str, actual: IndexBody, body: IndexBody) -> None:
    differences = [
        *mapping_differences(body["mappings"], actual["mappings"]),
        *analysis_differences(body["settings"]["analysis"], actual["settings"]["index"].get("analysis", {})),
    ]
    if differences:
        raise MappingDiffers(
            f"{len(differences)} fields or settings of an index in use differ from the contract: "
            + "; ".join(differences[:SHOWN_DIFFERENCES]),
            where=index,
            what_to_do="Rebuild the index from the contract, or give the contract back its old form.",
        )

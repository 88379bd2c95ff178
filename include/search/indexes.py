"""The serving indexes and their aliases: made when missing, checked when there (target_model 2.2 to 2.4)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

from opensearchpy import OpenSearch, RequestError

from include.contracts.documents import index_bodies
from include.errors import MappingDiffers, VerificationFailed
from include.search.client import typed_errors
from include.search.mapping_diff import analysis_differences, mapping_differences
from include.search.names import HYBRID_TYPE, first_index_name, global_alias, new_index_name, serving_alias

log = logging.getLogger(__name__)

KNN_PLUGIN = "opensearch-knn"
SHOWN_DIFFERENCES = 3

IndexBody = dict[str, Any]


def has_knn(client: OpenSearch) -> bool:
    """Whether the server can hold vectors, found by asking for its plugins."""
    return any(plugin["component"] == KNN_PLUGIN for plugin in client.cat.plugins(format="json"))


def ensure_indexes(client: OpenSearch, prefix: str, shards: int = 1, replicas: int = 0, types: Collection[str] | None = None) -> list[str]:
    """Make the indexes that are missing and check those that are there; returns the names of the indexes made.

    ``combined_hybrid`` is left out on a server that cannot hold vectors.

    :param types: index types to look after; all of the contract's when None.
    :raises MappingDiffers: an index in use has another mapping or analysis than the contract.
    :raises VerificationFailed: an alias stands for more than one index.
    :raises SearchUnavailable: the server did not answer.
    """
    made = []
    with typed_errors():
        knn = has_knn(client)
        there = client.indices.get(index=f"{prefix}_*")
        for index_type, body in index_bodies(knn=knn, shards=shards, replicas=replicas).items():
            if types is not None and index_type not in types:
                continue
            if index_type == HYBRID_TYPE and not knn:
                log.info("index_left_out type=%s reason=server_without_knn", index_type)
                continue
            index = backing(there, serving_alias(prefix, index_type))
            if index is None:
                first = first_index_name(prefix, index_type)
                name = first if first not in there else new_index_name(prefix, index_type)  # the first one served once, and does not now
                made.append(_create(client, prefix, index_type, name, body))
            else:
                _check(index, there[index], body)
    return made


def backing(there: Mapping[str, IndexBody], alias: str) -> str | None:
    """The index behind an alias, or None.

    :param there: what the server says about its indexes, at least their aliases.
    :raises VerificationFailed: it stands for more than one.
    """
    names = sorted(name for name, facts in there.items() if alias in facts["aliases"])
    if len(names) > 1:
        raise VerificationFailed(
            f"The alias {alias} stands for {len(names)} indexes, so that writes through it are refused.",
            where=", ".join(names),
            what_to_do="Remove the alias from all but the index that is to serve.",
        )
    return names[0] if names else None


def _create(client: OpenSearch, prefix: str, index_type: str, name: str, body: IndexBody) -> str:
    """Index and aliases in one request, so that neither is ever there without the other."""
    aliases: dict[str, Any] = {serving_alias(prefix, index_type): {}}
    if index_type != HYBRID_TYPE:  # it holds copies of the other indexes' documents
        aliases[global_alias(prefix)] = {}
    create_index(client, name, {**body, "aliases": aliases})
    log.info("index_made index=%s type=%s", name, index_type)
    return name


def create_index(client: OpenSearch, name: str, body: IndexBody) -> None:
    """Make an index; that it is there already is no error: the request of an attempt that was killed may have come through late."""
    try:
        client.indices.create(index=name, body=body)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def differences_from(body: IndexBody, actual: IndexBody) -> list[str]:
    """Where an index, as the server describes it, differs from the body that the contract declares."""
    return [
        *mapping_differences(body["mappings"], actual["mappings"]),
        *analysis_differences(body["settings"]["analysis"], actual["settings"]["index"].get("analysis", {})),
    ]


def _check(index: str, actual: IndexBody, body: IndexBody) -> None:
    differences = differences_from(body, actual)
    if differences:
        raise MappingDiffers(
            f"{len(differences)} fields or settings of an index in use differ from the contract: "
            + "; ".join(differences[:SHOWN_DIFFERENCES]),
            where=index,
            what_to_do="Trigger rebuild_search_index for it, or give the contract back its old form.",
        )

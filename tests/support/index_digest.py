"""One digest of everything a search can see, to compare the index after a kill with that of an undisturbed run."""

from __future__ import annotations

import hashlib

import orjson
from opensearchpy import OpenSearch, helpers


def index_digest(client: OpenSearch, prefix: str) -> str:
    """sha256 over (type's alias, id, source) of all documents behind ``P_*_default``, in the order of alias and id.

    Versions are left out: a re-run may write the same document once more than an undisturbed run. Backing index names are
    random and left out as well. Indexes that do not serve, candidates and former ones, are left out.
    """
    pattern = f"{prefix}_all_default"
    client.indices.refresh(index=pattern)
    backing = {
        index: next(name for name in sorted(facts["aliases"]) if name != pattern)
        for index, facts in client.indices.get_alias(index=pattern).items()
    }
    lines = sorted(
        orjson.dumps([backing[hit["_index"]], hit["_id"], hit["_source"]], option=orjson.OPT_SORT_KEYS)
        for hit in helpers.scan(client, index=pattern, query={"query": {"match_all": {}}}, size=500)
    )
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def versions(client: OpenSearch, prefix: str) -> dict[str, int]:
    """The external version of every document, by id."""
    pattern = f"{prefix}_all_default"
    client.indices.refresh(index=pattern)
    found = helpers.scan(client, index=pattern, query={"query": {"match_all": {}}, "version": True}, size=500)
    return {hit["_id"]: hit["_version"] for hit in found}

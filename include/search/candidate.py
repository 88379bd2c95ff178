"""The physical side of a rebuild: making a candidate, letting it serve, removing those that served long ago (target_model 2.2)."""

from __future__ import annotations

import logging

from opensearchpy import NotFoundError, OpenSearch

from include.contracts.documents import index_bodies
from include.errors import SearchError
from include.search.indexes import IndexBody, backing, create_index, has_knn
from include.search.names import global_alias, rebuilding_alias, serving_alias

log = logging.getLogger(__name__)

NO_REFRESH = "-1"


def declared_body(client: OpenSearch, index_type: str, shards: int = 1, replicas: int = 0) -> IndexBody:
    """What the contract says the index has to be."""
    return index_bodies(knn=has_knn(client), shards=shards, replicas=replicas)[index_type]


def index_behind(client: OpenSearch, alias: str) -> str | None:
    """The one index that an alias stands for, None without such an alias.

    :raises VerificationFailed: it stands for more than one.
    """
    try:
        return backing(client.indices.get_alias(name=alias), alias)
    except NotFoundError:
        return None


def exists(client: OpenSearch, index: str) -> bool:
    """Whether the server has the index."""
    return bool(client.indices.exists(index=index))


def create(client: OpenSearch, prefix: str, index_type: str, index: str, shards: int) -> None:
    """Make an empty candidate that nobody searches: without copies and without refreshes, so that loading it costs little.

    The request of an attempt that was killed may come through only now: then the candidate is there, as it should be.

    :raises SearchError: another index is being rebuilt under the alias.
    """
    require_sole_candidate(client, prefix, index_type, index)
    body = declared_body(client, index_type, shards)
    settings = {**body["settings"], "index": {**body["settings"]["index"], "refresh_interval": NO_REFRESH}}
    create_index(client, index, {**body, "settings": settings, "aliases": {rebuilding_alias(prefix, index_type): {}}})
    log.info("candidate_made index=%s type=%s", index, index_type)


def require_sole_candidate(client: OpenSearch, prefix: str, index_type: str, index: str) -> None:
    """Refuse to go on beside a rebuild that is not ours, such as Learn's own ``recreate_index``."""
    alias = rebuilding_alias(prefix, index_type)
    other = index_behind(client, alias)
    if other not in (None, index):
        raise SearchError(
            f"Another rebuild of this type is under way: {alias} stands for {other}.",
            where=str(other),
            what_to_do="Let it end. When it is a leftover (Learn's own recreate_index was interrupted), delete that index, then run again.",
        )


def make_candidate_again(client: OpenSearch, prefix: str, index_type: str, index: str) -> None:
    """Put a former index under the alias of candidates."""
    require_sole_candidate(client, prefix, index_type, index)
    client.indices.put_alias(index=index, name=rebuilding_alias(prefix, index_type))


def put_back(client: OpenSearch, prefix: str, index_type: str, index: str) -> None:
    """Take a former index out of the alias of candidates again."""
    action = {"remove": {"index": index, "alias": rebuilding_alias(prefix, index_type), "must_exist": False}}
    client.indices.update_aliases(body={"actions": [action]})


def prepare_to_serve(client: OpenSearch, index: str, index_type: str, replicas: int) -> None:
    """Give a loaded candidate the settings of a serving index: its copies, and refreshes as declared."""
    declared = declared_body(client, index_type, replicas=replicas)["settings"]["index"]
    wanted = {name: declared[name] for name in ("number_of_replicas", "refresh_interval")}
    client.indices.put_settings(index=index, body={"index": wanted})
    client.indices.refresh(index=index)


def swap(client: OpenSearch, prefix: str, index_type: str, candidate: str, former: str | None) -> None:
    """Let the candidate serve in place of the former, in one request: no reader finds both or neither."""
    serving, everything = serving_alias(prefix, index_type), global_alias(prefix)
    actions = [{"remove": {"index": former, "alias": alias}} for alias in (serving, everything) if former]
    actions += [{"add": {"index": candidate, "alias": alias}} for alias in (serving, everything)]
    actions += [{"remove": {"index": candidate, "alias": rebuilding_alias(prefix, index_type)}}]
    client.indices.update_aliases(body={"actions": actions})
    log.info("alias_moved alias=%s from=%s to=%s", serving, former, candidate)


def delete(client: OpenSearch, index: str) -> None:
    """Delete an index that does not serve; nothing when it is not there."""
    client.indices.delete(index=index, ignore_unavailable=True)
    log.info("index_deleted index=%s", index)

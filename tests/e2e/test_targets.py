"""The DAGs that look after the targets as a whole, through a running scheduler: rebuild, rollback, and a reconciliation with repair."""

from __future__ import annotations

from include.search.candidate import index_behind
from include.search.names import serving_alias
from tests.support.chain import Chain

RESOURCE = "learning_resources_learningresource"
A_COURSE = f"select id from {RESOURCE} where etl_source = 'mitxonline' and resource_type = 'course' and published order by id limit 1"
TITLE = f"select title from {RESOURCE} where id = %s"


def serving(chain: Chain) -> str | None:
    """The index of courses."""
    return index_behind(chain.search, serving_alias(chain.prefix, "course"))


def test_an_index_is_rebuilt_and_brought_back(chain: Chain) -> None:
    chain.stack.airflow.unpause("rebuild_search_index")
    first, state = serving(chain), chain.index_state()

    run = chain.run("rebuild_search_index", {"types": ["course", "percolator"], "documents_per_second": 100_000})

    assert chain.state(run) == "success"
    assert chain.tasks(run)["swap_alias"] == "success,success"
    second = serving(chain)
    assert second != first
    assert f"documents in {second}, before: {first}" in chain.note(run)
    assert chain.index_state() == state

    run = chain.run("rebuild_search_index", {"types": ["course"], "rollback": True})

    assert chain.state(run) == "success"
    assert serving(chain) == first
    assert chain.state(chain.run("sync_search_index")) == "success"
    assert chain.index_state() == state


def test_differences_are_found_told_and_mended(chain: Chain) -> None:
    chain.stack.airflow.unpause("reconcile_targets")
    chain.settle()
    state, course = chain.index_state(), chain.one(chain.learn, A_COURSE)
    title = chain.one(chain.learn, TITLE, course)
    chain.learn.execute(f"update {RESOURCE} set title = 'Edited by hand' where id = %s".encode(), [course])
    chain.search.delete(index=serving_alias(chain.prefix, "course"), id=str(course), refresh=True)

    run = chain.run("reconcile_targets")

    assert chain.state(run) == "success"
    assert "| postgres | course | wrong | 1 | 1 |" in chain.note(run)
    assert "| index | course | missing | 1 | 1 |" in chain.note(run)
    chain.run("deliver_app_database")
    chain.settle()
    assert chain.one(chain.learn, TITLE, course) == title
    assert chain.index_state() == state
    run = chain.run("reconcile_targets", {"repair": False})
    assert (chain.state(run), chain.note(run)) == ("success", "Marts, Postgres and index agree.")

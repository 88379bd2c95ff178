"""Tasks, the scheduler and the servers are killed at random while the scheduler runs the chain: it ends as if nothing had been.

The twin of a disturbed pass is an undisturbed one of the same chain, later, with the same texts upstream.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress

import httpx
import pytest

from include.local.health import probe
from tests.support.chain import Chain, wait_for

FEEDS = ("mitxonline", "xpro")
KILLED = ("task", "task", "task", "airflow-scheduler", "postgres", "opensearch", "s3")
KILLS = 4
LONGEST_PAUSE_SECONDS = 8.0
SERVERS = ("postgres", "opensearch", "s3", "airflow-api", "airflow-scheduler")
State = tuple[dict[str, str], str]


@pytest.mark.skipif("AIRFLOW_TOO" not in os.environ, reason="make faults AIRFLOW=1 runs it: it takes some ten minutes for each seed")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_the_chain_ends_as_undisturbed(chain: Chain, seed: int) -> None:
    rng = random.Random(seed)
    edits = {(feed, rng.randrange(5)): f"Seed {seed} {number}" for number, feed in enumerate(FEEDS * 2)}

    _edit(chain, edits)
    for feed in FEEDS:
        chain.trigger(f"ingest_{feed}")
    killed = [_kill(chain, rng) for _ in range(KILLS)]
    _rest(chain)
    disturbed = _undisturbed(chain)

    _edit(chain, dict.fromkeys(edits, "Other"))
    other = _undisturbed(chain)
    _edit(chain, edits)
    assert _undisturbed(chain) == disturbed, f"after {killed} were killed"
    assert other != disturbed


def _edit(chain: Chain, edits: dict[tuple[str, int], str]) -> None:
    for (feed, index), title in edits.items():
        chain.upstream.edit(feed, "courses", {"title": title}, index=index)


def _kill(chain: Chain, rng: random.Random) -> str:
    """After a while, SIGKILL a running task (its process, not its worker), or a program; what it was."""
    victim = rng.choice(KILLED)
    time.sleep(rng.uniform(0.5, LONGEST_PAUSE_SECONDS))
    with suppress(httpx.HTTPError, ProcessLookupError):  # the API answers nothing while its database is away
        if victim != "task":
            chain.stack.kill(victim, signal.SIGKILL)
            return victim
        running = [each for each in chain.stack.airflow.unfinished_tasks() if each["state"] == "running" and each["pid"]]
        if running:
            task = rng.choice(running)
            os.kill(task["pid"], signal.SIGKILL)
            return f"{task['dag_id']}.{task['task_id']}"
    return "nothing"


def _rest(chain: Chain) -> None:
    """Every program is back, and nothing runs any more."""
    addresses = chain.stack.stack.addresses
    for program in SERVERS:
        wait_for(program, lambda program=program: probe(program, addresses, chain.stack.pid(program)).well)
    chain.reconnect()
    chain.settle()


def _undisturbed(chain: Chain) -> State:
    for feed in FEEDS:
        chain.run(f"ingest_{feed}")
        chain.settle()
    return chain.learn_state(), chain.index_state()

"""Removals that are held back, and the person who decides about them in Airflow's UI."""

from __future__ import annotations

import pytest

from tests.support.chain import Chain, Run, wait_for

RESOURCE = "learning_resources_learningresource"
PLANT = f"""
with copied as (
    select (jsonb_populate_record(null::{RESOURCE}, to_jsonb(r) || jsonb_build_object(
        'id', (select max(id) + 1000 from {RESOURCE}), 'readable_id', %s::text, 'etl_source', 'gone_feed'
    ))).* from {RESOURCE} as r where r.etl_source = 'xpro' and r.resource_type = 'course' order by r.id limit 1
),
planted as (insert into {RESOURCE} select * from copied returning *)
insert into pipelines.delivered_unit
select 'gone|course|' || readable_id, etl_source, 'hash', id, true, false, false, null, now(), 'planted' from planted
"""
"""A published resource of a feed of which the marts have nothing any more."""
PUBLISHED = f"select count(*) from {RESOURCE} where etl_source = 'gone_feed' and published"
LEDGER = (
    "select decision || ' ' || decided_by || ' ' || (released_at is not null) from pipelines.held_removal where etl_source = 'gone_feed'"
)


def test_a_first_load_looks_old_to_the_mails_about_new_courses(chain: Chain) -> None:
    assert chain.published("xpro")
    young = f"select count(*) from {RESOURCE} where etl_source = 'xpro' and created_on > now() - interval '1 day'"
    assert chain.one(chain.learn, young) == 0


def question(chain: Chain, known: set[Run]) -> Run:
    """The new run of `decide_removals`, when it waits for a person."""

    def is_put() -> bool:
        return any(chain.tasks(run).get("ask_person") == "awaiting_input" for run in set(chain.runs("decide_removals")) - known)

    wait_for("the question", is_put)
    [run] = set(chain.runs("decide_removals")) - known
    return run


def answer(chain: Chain, run: Run, option: str) -> None:
    """What the buttons of the UI do."""
    path = f"dags/{run[0]}/dagRuns/{run[1]}/taskInstances/ask_person/-1/hitlDetails"
    chain.stack.api("PATCH", path, {"chosen_options": [option], "params_input": {}})
    assert chain.wait(run) == "success"


@pytest.fixture
def planted(chain: Chain) -> Chain:
    """A chain whose Learn shows a record that is gone from everything before it."""
    chain.learn.execute(PLANT.encode(), ["planted-1"])
    return chain


def test_a_person_rejects_then_releases_in_the_ui(planted: Chain) -> None:
    chain = planted
    held = chain.run("deliver_app_database")
    assert chain.state(held) == "failed"
    assert "Removals are held back: 1 of gone_feed" in chain.said(held, "report_delivery")
    first = question(chain, set())
    details = chain.stack.api("GET", f"dags/{first[0]}/dagRuns/{first[1]}/taskInstances/ask_person/-1/hitlDetails")
    assert details["subject"] == "gone_feed: 1 of 1 published records would leave Learn. Are they really gone?"

    chain.run("deliver_app_database")
    assert chain.runs("decide_removals") == [first], "the question is put once"

    answer(chain, first, "reject")
    kept = chain.run("deliver_app_database")
    assert (chain.state(kept), chain.one(chain.learn, PUBLISHED)) == ("success", 1)
    assert "1 of gone_feed" in chain.said(kept, "report_delivery")
    assert chain.runs("decide_removals") == [first]

    chain.learn.execute(PLANT.encode(), ["planted-2"])
    chain.run("deliver_app_database")
    second = question(chain, {first})
    answer(chain, second, "release")
    chain.settle()
    assert chain.one(chain.learn, PUBLISHED) == 0
    assert ("deliver_app_database", f"released__{second[1]}") in chain.runs("deliver_app_database")
    assert {row[0] for row in chain.learn.execute(LEDGER.encode()).fetchall()} == {"release admin true"}

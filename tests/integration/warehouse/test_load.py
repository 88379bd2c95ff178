"""Loading raw versions: only what differs, nothing removed without a complete read, rejects kept apart."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from include.errors import NothingLanded, SchemaDrift, TooManyRejects
from include.landing import Manifest
from include.landing.keys import manifest_key
from include.landing.store import put_manifest, put_part
from include.landing.writer import removed_line
from include.sources.base import Reject, find_stream
from include.sources.payload import encode_record
from include.sources.registry import SOURCES
from include.warehouse.derive.html import CLEANER_VERSION
from include.warehouse.load import LoadResult, load_stream
from tests.integration.warehouse.conftest import Warehouse
from tests.support.feeds import at, course


def test_a_first_load_writes_every_record_with_where_it_came_from(warehouse: Warehouse) -> None:
    manifest = warehouse.land(0, [course("a"), course("b")], [course("c")])
    assert warehouse.load(manifest) == LoadResult(landed=3, new_versions=3, removed=0, rejected=0)
    assert warehouse.state() == {key: course(key) for key in "abc"}
    rows = warehouse.rows("select record_key, observed_at, run_key, object_key, line_number from raw.mitxonline__courses order by 1")
    assert [(key, observed, run) for key, observed, run, *_ in rows] == [(key, at(0), manifest.run) for key in "abc"]
    assert [(part, line) for *_, part, line in rows] == [(manifest.parts[0].key, 1), (manifest.parts[0].key, 2), (manifest.parts[1].key, 1)]


def test_an_unchanged_feed_writes_nothing(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    assert warehouse.load(warehouse.land(1, [course("b")], [course("a")])) == LoadResult(2, 0, 0, 0)
    assert warehouse.versions() == 2


def test_the_same_manifest_again_is_a_no_op(warehouse: Warehouse) -> None:
    manifest = warehouse.land(0, [course("a"), course("b")])
    warehouse.load(manifest)
    before = warehouse.rows("select * from raw.mitxonline__courses order by 1"), warehouse.rows("select * from ops.loads")
    assert warehouse.load(manifest) == LoadResult(2, 2, 0, 0, already_loaded=True)
    assert before == (warehouse.rows("select * from raw.mitxonline__courses order by 1"), warehouse.rows("select * from ops.loads"))


def test_only_what_changed_gets_a_version(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    assert warehouse.load(warehouse.land(1, [course("a"), course("b", 1)])).new_versions == 1
    assert warehouse.state() == {"a": course("a"), "b": course("b", 1)}
    assert warehouse.state(at(0)) == {"a": course("a"), "b": course("b")}


def test_a_record_that_a_complete_read_lacks_is_removed_and_may_come_back(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    assert warehouse.load(warehouse.land(1, [course("a")])) == LoadResult(1, 0, 1, 0)
    assert warehouse.state() == {"a": course("a")}
    assert warehouse.load(warehouse.land(2, [course("a")])).removed == 0
    assert warehouse.load(warehouse.land(3, [course("a"), course("b")])).new_versions == 1
    assert warehouse.state() == {"a": course("a"), "b": course("b")}


def test_an_incomplete_read_removes_nothing(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b"), course("c")]))
    assert warehouse.load(warehouse.land(1, [course("a", 1), course("b")], limit=1)) == LoadResult(1, 1, 0, 0)
    nameless = Reject("has no readable_id", "page 1, item 2", "{}")
    assert warehouse.load(warehouse.land(2, [course("a", 1), nameless])).removed == 0
    assert warehouse.state().keys() == {"a", "b", "c"}


BAD = [
    ({"title": "x" * 257}, "at most 256 characters", "title"),
    ({"min_price": "free"}, "not a number", "min_price"),
    ({"courseruns": [{"courseware_id": "r", "start_date": "soon"}]}, "not an ISO date", "courseruns.0.start_date"),
]


@pytest.mark.parametrize(("fault", "reason", "where"), BAD, ids=[where for _, _, where in BAD])
def test_a_record_that_cannot_be_used_is_kept_apart_and_its_last_good_version_stays(
    warehouse: Warehouse, fault: dict[str, Any], reason: str, where: str
) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    manifest = warehouse.land(1, [course("a", 1), course("b", 1) | fault])
    assert warehouse.load(manifest) == LoadResult(2, 1, 0, 1)
    assert warehouse.state() == {"a": course("a", 1), "b": course("b")}
    [row] = warehouse.rows("select run_key, record_key, reason, where_found, sample, line_number from ops.rejects")
    assert (row[0], row[1], row[3], row[5]) == (manifest.run, "b", where, 2)
    assert reason in row[2]
    assert row[4]


def test_a_record_rejected_in_landing_counts_as_present(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    manifest = warehouse.land(1, [course("a"), course("b") | {"title": "nul \x00"}])
    assert (manifest.rejected, manifest.complete) == (1, True)
    assert warehouse.load(manifest) == LoadResult(1, 0, 0, 1)
    assert warehouse.state().keys() == {"a", "b"}
    assert warehouse.rows("select record_key, reason from ops.rejects") == [("b", "contains a NUL character")]


def test_too_many_rejects_are_an_error_after_the_good_records_are_in(warehouse: Warehouse) -> None:
    bad = [course(f"bad-{n}") | {"min_price": "free"} for n in range(6)]
    manifest = warehouse.land(0, [course("a"), *bad])
    for _ in range(2):  # and again when it is loaded again
        with pytest.raises(TooManyRejects) as caught:
            warehouse.load(manifest)
        assert "6 of 7" in str(caught.value)
        assert caught.value.run == manifest.run
    assert warehouse.state() == {"a": course("a")}
    assert warehouse.rows("select count(*) from ops.rejects") == [(6,)]
    warehouse.load(warehouse.land(1, [course(f"k{n}") for n in range(600)] + bad))  # 6 of 606 is within one percent


def test_when_nothing_can_be_read_the_format_has_changed(warehouse: Warehouse) -> None:
    with pytest.raises(SchemaDrift, match="None of 1 records"):
        warehouse.land(0, [Reject("has no readable_id", "page 1, item 1", "{}")])


def test_html_is_cleaned_once_for_each_text(warehouse: Warehouse) -> None:
    same = {"page": {"description": "<p onclick=x>same</p>"}}
    warehouse.load(warehouse.land(0, [course("a") | same, course("b") | same, course("c")]))
    found = dict(warehouse.rows("select encode(source_hash, 'hex'), cleaned from raw.cleaned_html where cleaned <> ''"))
    expected = {"<p onclick=x>same</p>": "<p>same</p>", "<p>c 0</p>": "<p>c 0</p>"}
    assert found == {hashlib.sha256(text.encode()).hexdigest(): cleaned for text, cleaned in expected.items()}
    joined = warehouse.rows(
        "select v.record_key, h.cleaned from raw.mitxonline__courses v join raw.cleaned_html h on h.cleaner_version = %(version)s"
        " and h.source_hash = sha256(convert_to(coalesce(v.payload #>> '{page,description}', ''), 'UTF8')) order by 1",
        version=CLEANER_VERSION,
    )
    assert joined == [("a", "<p>same</p>"), ("b", "<p>same</p>"), ("c", "<p>c 0</p>")]


def test_volatile_fields_make_no_version(warehouse: Warehouse) -> None:
    stream = replace(find_stream(SOURCES["mitxonline"], "courses"), volatile=(("fetched_at",),))
    for hour in range(2):
        manifest = warehouse.land(hour, [course("a") | {"fetched_at": hour}])
        load_stream(warehouse.connection, warehouse.s3, warehouse.bucket, manifest, stream)
    assert warehouse.versions() == 1


def test_payloads_come_out_as_they_went_in(warehouse: Warehouse) -> None:
    odd = course("a") | {"text": 'tab\t nl\n back\\slash "quote" é 𝄞 \u2028', "n": [1.5, 1e20, 2**63, None, True, {}], "": ""}
    warehouse.load(warehouse.land(0, [odd]))
    assert warehouse.state() == {"a": odd}


def test_a_connection_with_an_open_transaction_is_refused(warehouse: Warehouse) -> None:
    manifest = warehouse.land(0, [course("a")])
    warehouse.connection.execute("select 1")
    with pytest.raises(ValueError, match="transaction"):
        warehouse.load(manifest)


def delta(warehouse: Warehouse, hour: int, baseline: Manifest, changed: list[dict[str, Any]], gone: list[str]) -> Manifest:
    """A landing of changes, as the bucket source makes them."""
    template = warehouse.land(hour, [course("unused")], name="template")
    run = template.run.replace("template", "delta")
    lines = [encode_record(payload["readable_id"], payload) for payload in changed] + [removed_line(key) for key in gone]
    part = put_part(warehouse.s3, warehouse.bucket, template.parts[0].key.replace(template.run, run), lines)  # type: ignore[arg-type]
    facts = {"run": run, "kind": "delta", "parts": (part,), "total": len(lines)}
    facts["baseline"] = manifest_key("mitxonline", "inventory", baseline.run)
    return put_manifest(warehouse.s3, warehouse.bucket, template.model_copy(update=facts))


def test_a_delta_changes_what_it_names_and_nothing_else(warehouse: Warehouse) -> None:
    first = warehouse.land(0, [course("a"), course("b"), course("c")])
    warehouse.load(first)
    second = delta(warehouse, 1, first, [course("b", 1)], ["c", "never-there"])
    assert warehouse.load(second) == LoadResult(3, 1, 1, 0)
    assert warehouse.state() == {"a": course("a"), "b": course("b", 1)}


def test_a_delta_first_loads_what_it_builds_on(warehouse: Warehouse) -> None:
    first = warehouse.land(0, [course("a"), course("b"), course("c")])
    second = delta(warehouse, 1, first, [course("b", 1)], ["c"])
    third = delta(warehouse, 2, second, [course("a", 2)], [])
    assert warehouse.load(third) == LoadResult(1, 1, 0, 0)
    assert warehouse.state() == {"a": course("a", 2), "b": course("b", 1)}
    assert warehouse.load(second).already_loaded


def test_a_delta_whose_beginning_is_lost_says_so(warehouse: Warehouse) -> None:
    first = warehouse.land(0, [course("a")])
    second = delta(warehouse, 1, first, [course("a", 1)], [])
    warehouse.s3.delete_object(Bucket=warehouse.bucket, Key=first.key)
    with pytest.raises(NothingLanded, match="full"):
        warehouse.load(second)
    assert warehouse.state() == {}

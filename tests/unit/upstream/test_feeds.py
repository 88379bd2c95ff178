"""What holds of every feed of the sandbox, whichever there are, and of the parts that feeds are made with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from include.local.upstream.answers import csv_text, numbered_page, whole
from include.local.upstream.auth import OAuth2
from include.local.upstream.catalog import Catalog
from include.local.upstream.faults import KINDS, Fault, FaultBoard, fault_matrix
from include.local.upstream.feed import NUMBERED, Feed, Quantity, Stream
from include.local.upstream.feeds import FEEDS
from include.local.upstream.records import key_at
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.site import RequestLog, Site
from include.local.upstream.store import Store
from tests.support.upstream import CLOCK, HTTP, Running

SETTINGS = UpstreamSettings(clock=CLOCK, resources=200)
STREAMS = [(feed.key, stream.name) for feed in FEEDS.values() for stream in feed.streams]
FORM = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "secret"}


@pytest.mark.parametrize(("feed", "stream"), STREAMS)
def test_records_are_repeatable_and_found_by_their_keys(feed: str, stream: str) -> None:
    view, again = (Catalog(SETTINGS, Store(SETTINGS)).view(feed, stream) for _ in range(2))
    records = list(view.records(0, len(view)))
    assert records
    assert orjson.dumps(records) == orjson.dumps(list(again.records(0, len(again))))
    declared = FEEDS[feed].stream(stream)
    assert declared is not None
    keys = [key_at(record, declared.key) for record in records]
    assert len(set(keys)) == len(keys)
    assert [view.locate(key) for key in keys if key is not None] == list(range(len(keys)))


@pytest.mark.parametrize(("feed", "stream"), STREAMS)
def test_corruptions_and_drift_fit_the_records(feed: str, stream: str) -> None:
    catalog = Catalog(SETTINGS, Store(SETTINGS))
    declared = FEEDS[feed].stream(stream)
    assert declared is not None
    if "schema_changed" not in declared.unfit:
        assert key_at(catalog.view(feed, stream).entry(0)[1], declared.drift_field or declared.key) is not None
    for edit in declared.corruptions.values():
        catalog.edit(feed, stream, catalog.key_at(feed, stream, None, 0), edit)
        catalog = Catalog(SETTINGS, Store(SETTINGS))


def test_every_kind_of_fault_has_a_place_or_needs_what_no_feed_has() -> None:
    found = {kind for _, _, kind in fault_matrix(FEEDS)}
    traits = frozenset().union(*(feed.traits(stream.name) for feed in FEEDS.values() for stream in feed.streams))
    assert found == {name for name, kind in KINDS.items() if kind.needs <= traits}


@pytest.fixture
def small() -> tuple[TestClient, FaultBoard]:
    """A feed of five records behind OAuth2: pages by number, a CSV, a quota."""
    stream = Stream("rows", lambda world, index: {"id": f"r{index}", "name": f"row {index}"}, key="id", quantity=Quantity(fixed=5))
    paged = Stream("pages", stream.make, key="id", quantity=Quantity(fixed=5), traits=NUMBERED | {"quota"})
    feed = Feed(key="small", title="Small", streams=(stream, paged), auth=partial(OAuth2, scheme="JWT"), routes=_routes)
    feeds = {"small": feed}
    board = FaultBoard(feeds)
    catalog = Catalog(SETTINGS, Store(SETTINGS), feeds)
    routes = list(feed.routes(Site(feed, catalog, board, RequestLog(), "secret")))
    app = Starlette(routes=[Mount("/small/moved", routes=routes), Mount("/small", routes=routes)])
    return TestClient(app, base_url="http://sandbox", follow_redirects=False), board


def _routes(site: Site) -> list[object]:
    return [
        site.get("/rows.csv", "rows", whole("rows", csv_text, "text/csv")),
        site.get("/pages", "pages", numbered_page("pages", 2)),
        site.post("/token", "token", site.token, open_to_all=True),
    ]


def _order(board: FaultBoard, kind: str, **options: object) -> None:
    board.order(Fault("small", None, kind, 1, options))


def _sign_in(client: TestClient) -> None:
    client.headers["Authorization"] = f"JWT {client.post('/small/token', data=FORM).json()['access_token']}"


def test_token_is_asked_for_and_an_expired_one_stays_refused(small: tuple[TestClient, FaultBoard]) -> None:
    client, board = small
    assert client.get("/small/pages").status_code == 401
    assert client.post("/small/token", data=FORM | {"client_secret": "wrong"}).status_code == 401
    assert client.post("/small/token", data=FORM | {"grant_type": "password"}).status_code == 400
    _sign_in(client)
    assert client.get("/small/pages").status_code == 200
    _order(board, "expired_token")
    assert [client.get("/small/pages").status_code for _ in range(3)] == [401, 401, 401]
    _sign_in(client)
    assert client.get("/small/pages").status_code == 200
    assert client.get("/small/pages", headers={"Authorization": "JWT a.b.c"}).status_code == 401


def test_token_ends_by_itself(small: tuple[TestClient, FaultBoard]) -> None:
    short = OAuth2(lifetime_seconds=0)
    token = orjson.loads(short.issue(FORM, "").body)["access_token"]
    request = type("Request", (), {"headers": {"authorization": f"Bearer {token}"}})()
    refused = short.refused(request, "")
    assert refused is not None
    assert refused.status_code == 401


def test_pages_by_number_until_one_is_empty(small: tuple[TestClient, FaultBoard]) -> None:
    client, board = small
    _sign_in(client)
    pages = [client.get("/small/pages", params={"page": number}).json() for number in range(5)]
    assert [[row["id"] for row in page] for page in pages] == [["r0", "r1"], ["r2", "r3"], ["r4"], [], []]
    _order(board, "page_repeated")
    assert [client.get("/small/pages", params={"page": number}).json()[0]["id"] for number in (0, 1, 1)] == ["r0", "r0", "r2"]


def test_csv_and_the_faults_that_change_its_rows(small: tuple[TestClient, FaultBoard]) -> None:
    client, board = small
    _sign_in(client)
    answer = client.get("/small/rows.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.text.splitlines()[:2] == ["id,name", "r0,row 0"]
    _order(board, "schema_changed", field="name", to="title")
    assert client.get("/small/rows.csv").text.splitlines()[:2] == ["id,title", "r0,row 0"]
    _order(board, "empty")
    assert client.get("/small/rows.csv").text == ""


def test_quota_moved_and_gone(small: tuple[TestClient, FaultBoard]) -> None:
    client, board = small
    _sign_in(client)
    _order(board, "quota_exceeded")
    assert client.get("/small/rows.csv").status_code == 200
    refused = client.get("/small/pages")
    assert (refused.status_code, refused.json()["error"]["errors"][0]["reason"]) == (403, "quotaExceeded")
    _order(board, "feed_moved")
    moved = client.get("/small/pages")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/small/moved/pages")
    _order(board, "feed_moved")
    assert client.get(moved.headers["Location"]).json()[0]["id"] == "r0", "where it moved to it is served, also while others are sent there"
    board.clear()
    _order(board, "feed_moved", gone=True)
    assert client.get("/small/pages").status_code == 404


def test_schema_changed_renames_or_retypes_in_every_record(upstream: Callable[..., Running]) -> None:
    address, control = upstream(resources=50)
    control.fault("xpro", "schema_changed")
    assert all("renamed" in row and "readable_id" not in row for row in HTTP.get(f"{address}/xpro/api/courses/").json())
    control.fault("xpro", "schema_changed", field="title", retype=True)
    assert all(isinstance(row["title"]["value"], str) for row in HTTP.get(f"{address}/xpro/api/courses/").json())

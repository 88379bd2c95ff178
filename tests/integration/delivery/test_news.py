"""News and events: written once, changed in place, deleted when they left, never in a crowd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.delivery import Modes
from tests.support.digest import learn_digest, row_versions
from tests.support.news import Feed, Item, put_feed

NEWS = Feed()
EVENTS = Feed("events_ol", "events", "Open Learning Events")
SOON = datetime(2026, 12, 24, 18, tzinfo=UTC)
GUIDS = "select guid from news_events_feeditem order by guid"
IMAGES = "select url from news_events_feedimage order by url"
ITEMS = [Item(f"n{number:02}") for number in range(30)]


def test_a_feed_is_written_once_and_the_second_delivery_writes_nothing(world):
    put_feed(world.marts, NEWS, Item("a"), Item("b", image=None))
    put_feed(world.marts, EVENTS, Item("e", feed="events_ol", starts=SOON))
    first = world.deliver_news()
    assert {feed: (each.inserted, each.considered) for feed, each in first.items()} == {"news_mitpe": (2, 2), "events_ol": (1, 1)}
    assert (world.column(GUIDS), world.column(IMAGES)) == (["a", "b", "e"], ["https://img/1.png"])
    before = row_versions(world.learn)
    second = world.deliver_news()
    assert [each.rows_written for each in second.values()] == [0, 0]
    assert {table for table, rows in row_versions(world.learn).items() if rows != before[table]} <= {"delivery_run"}


def test_a_changed_item_keeps_its_id_and_no_other_row_moves(world):
    put_feed(world.marts, NEWS, Item("a"), Item("b"))
    world.deliver_news()
    number = world.one("select id from news_events_feeditem where guid = 'a'")
    put_feed(world.marts, NEWS, Item("a", title="Another"), Item("b"))
    result = world.deliver_news()["news_mitpe"]
    assert (result.updated, result.unchanged, result.rows_written) == (1, 1, 1)
    assert world.one("select id from news_events_feeditem where title = 'Another'") == number


def test_an_item_that_left_is_deleted_with_its_detail_and_its_image(world):
    own = ("https://img/own.png", "", "")
    put_feed(world.marts, NEWS, Item("a"), Item("b", image=own))
    world.deliver_news()
    put_feed(world.marts, NEWS, Item("a"))
    result = world.deliver_news()["news_mitpe"]
    assert (result.unpublished, result.unchanged, world.column(GUIDS), world.column(IMAGES)) == (1, 1, ["a"], ["https://img/1.png"])
    assert world.one("select count(*) from news_events_feednewsdetail") == 1
    assert world.column("select guid from pipelines.delivered_feed_item") == ["a"]


def test_an_event_that_is_over_is_deleted_however_many_there_are(world):
    ends = world.now + timedelta(hours=2)
    events = [Item(f"e{number}", feed="events_ol", starts=ends - timedelta(days=1), ends=ends) for number in range(40)]
    put_feed(world.marts, EVENTS, *events)
    assert world.deliver_news()["events_ol"].inserted == 40
    world.now = ends
    put_feed(world.marts, EVENTS)
    assert world.deliver_news()["events_ol"].unpublished == 40


def test_too_many_removals_are_held_back_until_a_person_releases_them(world):
    put_feed(world.marts, NEWS, *ITEMS)
    world.deliver_news()
    put_feed(world.marts, NEWS, *ITEMS[:10])
    assert world.deliver_news()["news_mitpe"].held_back == 20
    world.marts.fill_taxonomy()
    world.deliver()  # the catalogue's delivery does not take them for returned
    assert len(world.column("select resource_key from pipelines.held_removal where returned_at is null")) == 20
    assert len(world.column(GUIDS)) == 30
    assert world.deliver_news(release_removals=["news_mitpe"])["news_mitpe"].unpublished == 20
    assert world.one("select count(*) from pipelines.held_removal where released_at is null") == 0


def test_a_feed_without_any_item_removes_nothing(world):
    put_feed(world.marts, NEWS, Item("a"), Item("b"))
    world.deliver_news()
    put_feed(world.marts, NEWS)
    assert world.deliver_news()["news_mitpe"].held_back == 2
    put_feed(world.marts, NEWS, Item("a"), Item("b"))
    assert world.deliver_news()["news_mitpe"].held_back == 0
    assert world.one("select count(*) from pipelines.held_removal where returned_at is null") == 0


@pytest.fixture
def of_learn(world):
    """A Learn whose own loaders had filled the feed: items a and z, with images of their own."""
    world.learn.execute(
        "insert into news_events_feedimage (id, url, description, alt, created_on, updated_on)"
        " values (7, 'https://img/1.png', 'one', 'one', '2026-01-01', '2026-01-01'), (8, 'unused', '', '', '2026-01-01', '2026-01-01');"
        "insert into news_events_feedsource (id, title, url, description, feed_type, created_on, updated_on)"
        " values (3, 'Old', 'https://example.edu/news_mitpe', '', 'news', '2026-01-01', '2026-01-01');"
        "insert into news_events_feeditem (id, guid, title, url, summary, content, source_id, created_on, updated_on)"
        " select n, g, 'Old', 'u', '', '', 3, '2026-01-01', '2026-01-01' from (values (11, 'a'), (12, 'z')) as i (n, g);"
        "insert into news_events_feednewsdetail (authors, topics, publish_date, feed_item_id, created_on, updated_on)"
        " select '{}', '{}', '2026-01-01', n, '2026-01-01', '2026-01-01' from (values (11), (12)) as i (n)"
    )
    return world


def test_what_learns_own_loaders_had_made_is_taken_over(of_learn):
    put_feed(of_learn.marts, NEWS, Item("a"), Item("b"))
    result = of_learn.deliver_news()["news_mitpe"]
    assert (result.inserted, result.updated, result.unpublished) == (1, 1, 1)
    rows = of_learn.learn.execute("select id, title, source_id, image_id from news_events_feeditem where guid = 'a'").fetchall()
    assert rows == [(11, "Title", 3, 7)]
    assert of_learn.column(IMAGES) == ["https://img/1.png", "unused"], "an image that we did not make is not ours to sweep"
    assert of_learn.column("select title from news_events_feedsource") == [NEWS.title]


def test_an_item_that_learn_made_after_the_feed_was_read_stays(of_learn):
    """Learn publishes its own articles at once; our reading of its table is up to an hour old."""
    put_feed(of_learn.marts, NEWS, Item("a"), read_at=datetime(2025, 12, 31, tzinfo=UTC))
    assert of_learn.deliver_news()["news_mitpe"].unpublished == 0
    assert of_learn.column(GUIDS) == ["a", "z"]


def test_an_item_that_learn_withdrew_itself_is_not_written_again(world):
    put_feed(world.marts, NEWS, Item("a"), Item("b"))
    world.deliver_news()
    world.learn.execute(
        "delete from news_events_feednewsdetail where feed_item_id in (select id from news_events_feeditem where guid = 'b');"
        "delete from news_events_feeditem where guid = 'b'"
    )
    assert world.deliver_news()["news_mitpe"].rows_written == 0
    put_feed(world.marts, NEWS, Item("a"))
    assert world.deliver_news()["news_mitpe"].rows_written == 0
    assert world.column("select guid from pipelines.delivered_feed_item") == ["a"]


def test_an_item_without_an_image_keeps_the_one_it_had_and_the_feed_likewise(world):
    logo = ("https://img/logo.png", "", "")
    put_feed(world.marts, Feed(image=logo), Item("a"))
    world.deliver_news()
    put_feed(world.marts, Feed(title="New"), Item("a", image=None, title="New"))
    world.deliver_news()
    assert world.column(IMAGES) == ["https://img/1.png", "https://img/logo.png"]
    assert world.one("select count(*) from news_events_feeditem where image_id is not null") == 1


def test_the_size_of_the_chunks_changes_nothing(world):
    put_feed(world.marts, NEWS, *ITEMS[:7])
    world.deliver_news(chunk_units=2)
    small = learn_digest(world.learn)
    world.reset()
    put_feed(world.marts, NEWS, *ITEMS[:7])
    world.deliver_news()
    assert {**small, **learn_digest(world.learn)} == small


def test_a_guid_that_moves_to_a_feed_of_events_becomes_an_event(world):
    put_feed(world.marts, NEWS, Item("a"), Item("b"))
    world.deliver_news()
    put_feed(world.marts, NEWS, Item("b"))
    put_feed(world.marts, EVENTS, Item("a", feed="events_ol", starts=SOON))
    world.deliver_news()
    assert world.one("select count(*) from news_events_feednewsdetail") == 1
    assert world.one("select source.feed_type from news_events_feeditem i join news_events_feedsource source on source.id = i.source_id"
                     " join news_events_feedeventdetail d on d.feed_item_id = i.id") == "events"  # fmt: skip


def test_a_feed_that_is_not_on_is_left_alone_and_caught_up_with_when_it_is(world):
    put_feed(world.marts, NEWS, Item("a"), Item("b"), Item("c"))
    put_feed(world.marts, EVENTS, Item("e", feed="events_ol", starts=SOON))
    world.deliver_news()
    put_feed(world.marts, NEWS, Item("a", title="New"), Item("b"))
    put_feed(world.marts, Feed("news_sloan", title="Another"), Item("s", feed="news_sloan"))
    before = row_versions(world.learn)
    results = world.deliver_news(modes=Modes("off", {"events_ol": "on", "news_sloan": "shadow"}))
    assert set(results) == {"events_ol"}
    assert row_versions(world.learn) == before
    world.learn.execute("update news_events_feeditem set title = 'By Celery' where guid = 'b'")
    result = world.deliver_news()["news_mitpe"]
    assert (result.unpublished, world.column(GUIDS)) == (1, ["a", "b", "e", "s"])
    assert world.column("select title from news_events_feeditem where guid in ('a', 'b') order by 1")[0] == "New"
    assert world.one("select count(*) from news_events_feeditem where title = 'By Celery'") == 0

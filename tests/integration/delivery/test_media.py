"""Playlists, podcasts and what they hold; channels; documents with a date of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.integration.delivery.test_relations import CHILDREN
from tests.support.marts import Unit

VIDEO = Unit("v1", source="youtube", platform="youtube", resource_type="video", runs=(), prices=(), departments=(), best_run=None)
PLAYLIST = VIDEO.but(readable_id="PL1", resource_type="video_playlist", children=(("video", "v1"), ("video", "v2")))
EPISODE = VIDEO.but(readable_id="e1", source="podcast", platform="podcast", resource_type="podcast_episode")
PODCAST = EPISODE.but(readable_id="feeds.example/1", resource_type="podcast", children=(("podcast_episode", "e1"),))
CHANNELS = "select to_jsonb(array[channel_id, title, published::text, etl_source]) from learning_resources_videochannel order by channel_id"


def video(key: str) -> Unit:
    return VIDEO.but(readable_id=key)


def test_a_playlist_has_its_videos_in_order_and_its_channel(world):
    world.marts.put(PLAYLIST, video("v2"), video("v1"), PODCAST, EPISODE)
    results = world.deliver(chunk_units=1)
    assert (results["youtube"].inserted, results["podcast"].inserted) == (3, 2)
    assert results["youtube"].attached == results["podcast"].attached == 0, "what is held comes before what holds it"
    assert world.column(CHILDREN, "PL1") == ["v1", "v2"]
    assert world.column(CHILDREN, "feeds.example/1") == ["e1"]
    assert world.column(CHANNELS) == [["UC1", "A channel", "true", "youtube"]]
    assert world.one("select array[duration, transcript, cover_image_url] from learning_resources_video limit 1") == ["PT1H2M3S", "", ""]
    assert world.one("select rss_url from learning_resources_podcast") == "https://feeds.example/1"
    assert world.one("select audio_url from learning_resources_podcastepisode") == "https://sound/e1"
    assert sum(result.rows_written for result in world.deliver().values()) == 0


def test_a_video_that_arrives_later_is_attached(world):
    world.marts.put(PLAYLIST, video("v2"))
    world.deliver()
    assert world.column(CHILDREN, "PL1") == ["v2"]
    world.outbox()
    world.marts.put(video("v1"))
    assert world.deliver()["youtube"].attached == 1
    assert world.column(CHILDREN, "PL1") == ["v1", "v2"]
    assert world.outbox() == [("v1", "changed"), ("PL1", "changed"), ("v1", "parent")]


def test_transcripts_are_left_alone(world):
    world.marts.put(PLAYLIST, video("v1"))
    world.deliver()
    world.learn.execute("update learning_resources_video set transcript = 'Welcome.'")
    world.marts.put(video("v1").titled("New"))
    world.deliver()
    assert world.one("select transcript from learning_resources_video") == "Welcome."


def test_a_channel_follows_its_playlists(world):
    world.marts.put(PLAYLIST, PLAYLIST.but(readable_id="PL2", children=()), Unit("V", source="youtube", resource_type="video"))
    world.deliver()
    world.marts.put(PLAYLIST.but(channel=("UC1", "Renamed")))
    world.deliver()
    assert world.column(CHANNELS) == [["UC1", "Renamed", "true", "youtube"]]
    world.marts.remove(PLAYLIST)
    world.deliver()
    assert world.column(CHANNELS) == [["UC1", "Renamed", "true", "youtube"]]
    world.marts.remove(PLAYLIST.but(readable_id="PL2"))
    world.deliver()
    assert world.column(CHANNELS) == [["UC1", "Renamed", "false", "youtube"]]


def test_what_shows_its_podcast_or_playlist_is_queued_with_it(world):
    world.marts.put(PLAYLIST, video("v1"), video("v2"), PODCAST, EPISODE)
    world.deliver()
    world.outbox()
    world.marts.put(PODCAST.titled("Another name"))
    world.deliver()
    assert world.outbox() == [("feeds.example/1", "changed"), ("e1", "parent")]
    world.marts.put(PLAYLIST.but(children=(("video", "v2"),)))
    world.deliver()
    assert sorted(world.outbox()) == [("PL1", "changed"), ("v1", "parent")]
    world.marts.put(PLAYLIST.but(children=(("video", "v2"),), topics=()))
    world.deliver()
    assert world.outbox() == [("PL1", "changed")], "its videos show nothing of it that changed"


def test_a_playlist_waits_for_the_course_whose_lectures_it_holds(world):
    world.marts.put(PLAYLIST.but(parent="6.001+fall_2012"))
    world.deliver()
    parent = "select parent_learning_resource_id from learning_resources_videoplaylist"
    assert world.one(parent) is None
    world.marts.put(Unit("6.001+fall_2012", source="ocw", platform="ocw"))
    assert world.deliver()["youtube"].attached == 1
    assert world.one(parent) == world.resource("6.001+fall_2012")["id"]
    world.outbox()
    world.marts.put(Unit("6.001+fall_2012", source="ocw", platform="ocw").titled("New"))
    world.deliver()
    assert world.outbox() == [("6.001+fall_2012", "changed"), ("PL1", "parent")]


def test_materials_of_a_course_are_its_children(world):
    course = Unit("C", source="ocw", platform="ocw", children=(("document", "d1"),))
    document = Unit("d1", source="ocw", platform="ocw", resource_type="document", runs=(), prices=())
    world.marts.put(course, document)
    world.deliver()
    assert world.one("select relation_type from learning_resources_learningresourcerelationship") == "COURSE_LEARNING_MATERIALS"
    world.marts.put(course.but(children=()))
    world.deliver()
    assert world.column(CHILDREN, "C") == []


def test_materials_that_learn_made_itself_stay(world):
    course = Unit("C", source="ocw", platform="ocw")
    world.marts.put(course, Unit("d1", source="ocw", platform="ocw", resource_type="document", runs=(), prices=()))
    world.deliver()
    world.learn.execute(
        "insert into learning_resources_learningresourcerelationship"
        " (created_on, updated_on, position, relation_type, child_id, parent_id)"
        " select now(), now(), 0, 'COURSE_LEARNING_MATERIALS', c.id, p.id from learning_resources_learningresource c,"
        " learning_resources_learningresource p where c.readable_id = 'd1' and p.readable_id = 'C'"
    )
    world.learn.execute("delete from pipelines.delivered_unit where resource_key = 'ocw|document|d1'")
    world.marts.drop("ocw|document|d1")
    world.marts.put(course.titled("New"))
    world.deliver()
    assert world.column(CHILDREN, "C") == ["d1"]


@pytest.mark.parametrize("policy", ["clock", "source"])
def test_a_document_is_as_old_as_its_source_says(world, policy):
    made = datetime(2023, 10, 1, 16, tzinfo=UTC)
    world.marts.put(Unit("d1", source="ocw", platform="ocw", resource_type="document", source_created_at=made))
    world.deliver(first_load_created_on=policy)
    assert world.one("select created_on from learning_resources_learningresource") == made

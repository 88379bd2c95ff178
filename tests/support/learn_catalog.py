"""A small or large synthetic catalogue in Learn's tables, written with SQL as delivery would leave it."""

from __future__ import annotations

from typing import Any

import psycopg

REFERENCE_SQL = """
insert into learning_resources_learningresourceplatform
    (created_on, updated_on, code, url, is_edx, has_content_files, name)
values
    (now(), now(), 'mitxonline', 'https://mitxonline.mit.edu/', true, true, 'MITx Online'),
    (now(), now(), 'ocw', 'https://ocw.mit.edu/', false, true, 'MIT OpenCourseWare');

insert into learning_resources_learningresourceofferor
    (created_on, updated_on, code, name, professional, audience, certifications, content_types, fee, formats,
     more_information, offerings, value_prop, display_facet)
select now(), now(), code, name, false, '{}', '{}', '{}', '{}', '{}', '', '{}', '', true
from (values ('mitx', 'MITx'), ('ocw', 'MIT OpenCourseWare')) as offeror (code, name);

insert into learning_resources_learningresourceschool (created_on, updated_on, name, url)
values (now(), now(), 'School of Engineering', 'https://engineering.mit.edu/');

insert into learning_resources_learningresourcedepartment (created_on, updated_on, department_id, name, school_id)
select now(), now(), code, name, school
from (values ('6', 'Electrical Engineering and Computer Science', 1), ('CC', 'Concourse', null))
    as department (code, name, school);

insert into learning_resources_learningresourcetopic (created_on, updated_on, name, parent_id, icon, topic_uuid)
values (now(), now(), 'Engineering', null, 'RiToolsLine', gen_random_uuid());
insert into learning_resources_learningresourcetopic (created_on, updated_on, name, parent_id, icon, topic_uuid)
values (now(), now(), 'Robotics', 1, '', gen_random_uuid());

insert into learning_resources_learningresourcecontenttag (created_on, updated_on, name)
values (now(), now(), 'Lecture Videos'), (now(), now(), 'Exams');

insert into learning_resources_learningresourceprice (created_on, updated_on, amount, currency)
values (now(), now(), 0, 'USD'), (now(), now(), 1.5, 'USD'), (now(), now(), 250, 'USD');

insert into learning_resources_learningresourceimage (created_on, updated_on, url, description, alt)
values (now(), now(), 'https://example.mit.edu/picture.jpg', 'A picture', 'A robot');

insert into learning_resources_learningresourceinstructor (created_on, updated_on, first_name, last_name, full_name)
values (now(), now(), 'Ada', 'Lovelace', 'Ada Lovelace'), (now(), now(), 'Grace', 'Hopper', 'Grace Hopper');
"""

# Parameters: first and last number of the courses. Resource n is "Course n" with two public runs.
COURSES_SQL = """
insert into learning_resources_learningresource
    (created_on, updated_on, readable_id, title, description, full_description, last_modified, published, languages, url,
     resource_type, image_id, platform_id, etl_source, professional, offered_by_id, next_start_date, certification,
     certification_type, prices, availability, completeness, delivery, continuing_ed_credits, license_cc, format, pace,
     ocw_topics, location, duration, max_weekly_hours, max_weeks, min_weekly_hours, min_weeks, time_commitment, test_mode,
     require_summaries, resource_category, view_count)
select
    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute', timestamptz '2024-09-04 15:00:00+00',
    'course-v1:MITxT+' || n, 'Course ' || n, repeat('A course about subject ' || n || '. ', 8),
    repeat('The full description of course ' || n || ' goes on for a while. ', 12),
    timestamptz '2024-09-04 15:00:00+00', true, '{en}', 'https://mitxonline.mit.edu/courses/' || n,
    'course', 1, 'mitxonline', 'mitxonline', false, 'mitx', timestamptz '2024-10-01 00:00:00.5+00', true,
    'completion', '{0.00,250.00}', 'dated', 1, '{online}', 1.5, false, '{asynchronous}', '{instructor_paced}',
    '{}', '', '8 weeks', 6, 8, 4, 8, '4-6 hours', false,
    false, 'Course', null
from generate_series(%(first)s::int, %(last)s::int) as n
order by n;

insert into learning_resources_course (created_on, updated_on, learning_resource_id, course_numbers)
select now(), now(), id, jsonb_build_array(jsonb_build_object(
    'value', '6.' || id, 'listing_type', 'primary', 'primary', true, 'sort_coursenum', '06.' || id,
    'department', jsonb_build_object('department_id', '6', 'name', 'Electrical Engineering and Computer Science')))
from learning_resources_learningresource
where id between %(first)s and %(last)s;

insert into learning_resources_learningresourcerun
    (created_on, updated_on, run_id, title, description, full_description, last_modified, published, languages, url, level,
     slug, semester, year, start_date, end_date, enrollment_start, enrollment_end, prices, image_id, learning_resource_id,
     checksum, delivery, availability, format, pace, location, duration, max_weekly_hours, max_weeks, min_weekly_hours,
     min_weeks, time_commitment, is_b2b, is_variant, archive_key)
select
    now(), now(), readable_id || '+' || term, title, description, full_description, last_modified, true, '{en}', url,
    '{undergraduate}', null, null, null, start_date, start_date + interval '8 weeks', start_date - interval '60 days', null,
    '{0.00,250.00}', 1, id, 'f3c1', '{online}', 'dated', '{asynchronous}', '{instructor_paced}', '', '8 weeks', 6, 8, 4,
    8, '4-6 hours', false, false, null
from learning_resources_learningresource
cross join (values ('1T2024', timestamptz '2024-02-01 15:00:00+00'), ('3T2024', timestamptz '2024-10-01 15:00:00+00'))
    as term (term, start_date)
where id between %(first)s and %(last)s
order by id, term;

insert into learning_resources_learningresourcerun_resource_prices (learningresourcerun_id, learningresourceprice_id)
select run.id, price.id
from learning_resources_learningresourcerun as run, learning_resources_learningresourceprice as price
where run.learning_resource_id between %(first)s and %(last)s and price.amount in (0, 250);

insert into learning_resources_runinstructorrelationship (created_on, updated_on, position, instructor_id, run_id)
select now(), now(), 2 - person.id, person.id, run.id
from learning_resources_learningresourcerun as run, learning_resources_learningresourceinstructor as person
where run.learning_resource_id between %(first)s and %(last)s;

insert into learning_resources_learningresource_resource_prices (learningresource_id, learningresourceprice_id)
select resource.id, price.id
from learning_resources_learningresource as resource, learning_resources_learningresourceprice as price
where resource.id between %(first)s and %(last)s and price.amount in (0, 250);

insert into learning_resources_learningresource_topics (learningresource_id, learningresourcetopic_id)
select resource.id, topic.id
from learning_resources_learningresource as resource, learning_resources_learningresourcetopic as topic
where resource.id between %(first)s and %(last)s;

insert into learning_resources_learningresource_departments (learningresource_id, learningresourcedepartment_id)
select id, '6' from learning_resources_learningresource where id between %(first)s and %(last)s;

insert into learning_resources_learningresource_resource_tags (learningresource_id, learningresourcecontenttag_id)
select resource.id, tag.id
from learning_resources_learningresource as resource, learning_resources_learningresourcecontenttag as tag
where resource.id between %(first)s and %(last)s;

insert into pipelines.delivered_unit
    (resource_key, etl_source, unit_hash, resource_id, published, is_removed, force_ingest, best_run, delivered_at, run_key)
select 'mitxonline|course|' || readable_id, 'mitxonline', 'hash', id, true, false, false, readable_id || '+3T2024',
    now(), 'made'
from learning_resources_learningresource
where id between %(first)s and %(last)s;
"""

RESOURCE_SQL = """
insert into learning_resources_learningresource
select (jsonb_populate_record(resource, jsonb_build_object(
    'id', %(id)s::int, 'title', %(title)s::text, 'readable_id', replace(%(type)s::text, '_', '-') || '-v1:MITxT+' || %(id)s::int,
    'resource_type', %(type)s::text, 'resource_category', initcap(replace(%(type)s::text, '_', ' ')), 'next_start_date', null))).*
from learning_resources_learningresource as resource
where resource.id = %(like)s;

insert into learning_resources_learningresourcerelationship
    (created_on, updated_on, position, relation_type, child_id, parent_id)
select now(), now(), child.position - 1, %(relation)s, child.id, %(id)s
from unnest(%(children)s::int[]) with ordinality as child (id, position);
"""

PROGRAM_SQL = """
insert into learning_resources_program (created_on, updated_on, learning_resource_id) values (now(), now(), %(id)s);
"""

# What the resources of add_media have beside their resource: the video is a lecture of course 1, the document has a file of its own.
MEDIA_SQL = """
insert into learning_resources_podcast
    (created_on, updated_on, apple_podcasts_url, google_podcasts_url, rss_url, learning_resource_id)
values (now(), now(), 'https://apple.example/1', null, 'https://feeds.example/1', 12);

insert into learning_resources_podcastepisode
    (created_on, updated_on, transcript, episode_link, duration, rss, learning_resource_id, audio_url)
values (now(), now(), 'Welcome.', null, 'PT17M16S', '<item/>', 11, 'https://sound.example/1.mp3');

insert into learning_resources_video
    (created_on, updated_on, duration, transcript, learning_resource_id, caption_urls, cover_image_url, streaming_url)
values (now(), now(), 'PT1H2M3S', 'Today: robots.', 13,
    '[{"language": "en", "language_name": "English", "url": "https://captions.example/1.vtt"}]', '', 'https://stream.example/1.m3u8');

insert into learning_resources_videochannel (created_on, updated_on, channel_id, title, published, etl_source)
values (now(), now(), 'UC1', 'A channel', true, 'youtube');

insert into learning_resources_videoplaylist
    (created_on, updated_on, channel_id, learning_resource_id, parent_learning_resource_id)
values (now(), now(), 'UC1', 14, 1);

insert into learning_resources_contentfile
    (created_on, updated_on, key, title, description, content_type, published, run_id, flashcards, summary,
     direct_learning_resource_id, youtube_id)
select now(), now(), 'lecture-1', 'Lecture 1', 'About robots', 'video', true, min(run.id), '[]'::jsonb, '', 13, 'abc'
from learning_resources_learningresourcerun as run
where run.learning_resource_id = 1
union all
select now(), now(), 'notes', 'Notes', null, 'pdf', true, null, '[{"question": "Why?", "answer": "Because."}]', 'Short', 15, null;

insert into learning_resources_contentfile_content_tags (contentfile_id, learningresourcecontenttag_id)
select id, 1 from learning_resources_contentfile where key = 'lecture-1';
"""


# Channels of topic, department and unit; resource 4 stands for the featured list of the unit, with course 1 in it.
CHANNELS_SQL = """
create table channels_channel (
    id integer primary key, name text not null, channel_type text not null, published boolean not null, featured_list_id integer
);
create table channels_channeltopicdetail (channel_id integer, topic_id integer);
create table channels_channeldepartmentdetail (channel_id integer, department_id text);
create table channels_channelunitdetail (channel_id integer, unit_id text);
insert into channels_channel values
    (1, 'robotics', 'topic', true, null), (2, 'eecs', 'department', true, null),
    (3, 'mitx', 'unit', true, 4), (4, 'engineering', 'topic', false, null);
insert into channels_channeltopicdetail values (1, 2), (4, 1);
insert into channels_channeldepartmentdetail values (2, '6');
insert into channels_channelunitdetail values (3, 'mitx');
insert into learning_resources_learningresourcerelationship
    (created_on, updated_on, position, relation_type, child_id, parent_id)
values (now(), now(), 9, 'LEARNING_PATH_ITEMS', 1, 4);
update learning_resources_learningresourcerelationship set position = position + 3;
"""


def _run_script(connection: psycopg.Connection[Any], script: str, parameters: dict[str, Any]) -> None:
    """Several statements with parameters, bound on the client because a prepared statement can hold only one."""
    psycopg.ClientCursor(connection).execute(script.encode(), parameters)


def add_reference(connection: psycopg.Connection[Any]) -> None:
    """Platforms, offerors, topics and the like that the courses refer to."""
    _run_script(connection, REFERENCE_SQL, {})


def add_courses(connection: psycopg.Connection[Any], first: int, last: int) -> None:
    """Courses whose resource ids are ``first`` to ``last``; the table must be empty or end at ``first - 1``."""
    _run_script(connection, COURSES_SQL, {"first": first, "last": last})


def _add_resource(
    connection: psycopg.Connection[Any],
    resource_id: int,
    resource_type: str,
    title: str,
    like: int,
    children: list[int],
    relation: str = "",
) -> None:
    """A resource of another type; its other columns are those of ``like``."""
    parameters = {"id": resource_id, "type": resource_type, "title": title, "like": like, "children": children, "relation": relation}
    _run_script(connection, RESOURCE_SQL, parameters)


def add_program(connection: psycopg.Connection[Any], program_id: int, title: str, children: list[int]) -> None:
    """A program of the given courses; its other columns are those of the first of them."""
    _add_resource(connection, program_id, "program", title, children[0], children, "PROGRAM_COURSES")
    _run_script(connection, PROGRAM_SQL, {"id": program_id})


def add_media(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """One resource of each type that is neither course nor program, beside course 1; returns their ids."""
    ids = {"podcast_episode": 11, "podcast": 12, "video": 13, "video_playlist": 14, "document": 15}
    for resource_type, children, relation in (
        ("podcast_episode", [], ""),
        ("podcast", [11], "PODCAST_EPISODES"),
        ("video", [], ""),
        ("video_playlist", [13], "PLAYLIST_VIDEOS"),
        ("document", [], ""),
    ):
        _add_resource(connection, ids[resource_type], resource_type, f"A {resource_type}", 1, children, relation)
    connection.execute("update learning_resources_learningresource set description = ' ' where id = 13")
    _run_script(connection, MEDIA_SQL, {})
    return ids


def add_channels(connection: psycopg.Connection[Any]) -> None:
    """Learn's channels, beside course 1 and a resource 4."""
    _run_script(connection, CHANNELS_SQL, {})


def enqueue(connection: psycopg.Connection[Any], resource_ids: list[int], reason: str = "changed") -> None:
    """Outbox entries for the resources, in their order."""
    connection.execute(
        """
        insert into pipelines.outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
        select id, coalesce(resource.resource_type, 'course'), 'mitxonline', %s, now(), 'made'
        from unnest(%s::int[]) with ordinality as wanted (id, position)
        left join learning_resources_learningresource as resource using (id)
        order by position
        """,
        [reason, resource_ids],
    )

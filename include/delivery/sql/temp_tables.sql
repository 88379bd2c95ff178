-- Session tables that receive the marts' rows. Types are Learn's own, so that a value too long fails here, before any write.

-- step: incoming_unit
create temp table incoming_unit (
    resource_key text primary key,
    etl_source text not null,
    platform_code text not null,
    resource_type text not null,
    readable_id text not null,
    unit_hash text not null,
    is_removed boolean not null,
    published boolean not null,
    provided text[] not null,
    best_run_id text,
    created_hint timestamptz
);

-- step: chunk_unit
-- Keys here and below: on a first load the planner knows nothing of Learn's tables, and loops over these.
create temp table chunk_unit (
    like incoming_unit,
    primary key (resource_key),
    position integer not null,
    resource_id integer,
    is_new boolean not null default false,
    before_title text,
    before_readable_id text,
    before_published boolean
) on commit delete rows;

-- step: incoming_resource
create temp table incoming_resource on commit delete rows as
select
    null::text as resource_key, {resource_columns}, image_id, test_mode, require_summaries,
    null::text as image_url, null::text as image_description, null::text as image_alt, null::boolean as force_ingest,
    null::timestamptz as source_created_at
from learning_resources_learningresource
where false;

-- step: incoming_resource_index
create index on incoming_resource (resource_key);

-- step: incoming_course
create temp table incoming_course (resource_key text, course_numbers jsonb) on commit delete rows;

-- step: incoming_program
create temp table incoming_program (resource_key text) on commit delete rows;

-- step: incoming_video
create temp table incoming_video on commit delete rows as
select null::text as resource_key, duration, caption_urls, cover_image_url, streaming_url from learning_resources_video where false;

-- step: incoming_playlist
create temp table incoming_playlist on commit delete rows as
select
    null::text as resource_key, l.channel_id, l.parent_learning_resource_id, c.title as channel_title,
    null::text as parent_resource_key, null::text as parent_platform_id, null::text as parent_resource_type,
    null::text as parent_readable_id
from learning_resources_videoplaylist as l, learning_resources_videochannel as c
where false;

-- step: incoming_podcast
create temp table incoming_podcast on commit delete rows as
select null::text as resource_key, apple_podcasts_url, google_podcasts_url, rss_url from learning_resources_podcast where false;

-- step: incoming_episode
create temp table incoming_episode on commit delete rows as
select null::text as resource_key, episode_link, duration, rss, audio_url from learning_resources_podcastepisode where false;

-- step: before_child
-- The videos and episodes that the playlists and podcasts of the chunk had before it.
create temp table before_child (parent_id integer, child_id integer) on commit delete rows;

-- step: incoming_run
create temp table incoming_run on commit delete rows as
select
    null::text as resource_key, {run_columns}, image_id, null::integer as resource_id, null::integer as id,
    null::text as image_url, null::text as image_description, null::text as image_alt
from learning_resources_learningresourcerun
where false;

-- step: incoming_run_index
create index on incoming_run (resource_key, run_id);

-- step: incoming_image
-- The images of the chunk's resources and runs; each has its row in Learn after `shared_rows`.
create temp table incoming_image (url text, description text, alt text, id integer) on commit delete rows;

-- step: incoming_image_index
create index on incoming_image (url);

-- step: incoming_topic
create temp table incoming_topic (resource_key text, topic_name text) on commit delete rows;

-- step: incoming_department
create temp table incoming_department (resource_key text, department_id text) on commit delete rows;

-- step: incoming_tag
create temp table incoming_tag (resource_key text, tag_name text) on commit delete rows;

-- step: incoming_price
create temp table incoming_price (resource_key text, amount numeric(12, 2), currency varchar(3)) on commit delete rows;

-- step: incoming_run_price
create temp table incoming_run_price (resource_key text, run_id text, amount numeric(12, 2), currency varchar(3)) on commit delete rows;

-- step: incoming_instructor
create temp table incoming_instructor (
    resource_key text, run_id text, position integer, full_name text, first_name text, last_name text
) on commit delete rows;

-- step: changed_instructor
create temp table changed_instructor (id integer) on commit delete rows;

-- step: incoming_child
create temp table incoming_child (
    resource_key text, child_resource_key text, child_platform_id text, child_resource_type text, child_readable_id text,
    relation_type text, position integer
) on commit delete rows;

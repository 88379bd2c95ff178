{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='source_key',
    indexes=[{'columns': ['source_key'], 'unique': true}, {'columns': ['resource_key']}]
) }}

-- Every record of every source in one shape (sources.md 1.2): scalars typed, and the record as a whole. The parity check compares the
-- records; the models after this one know no source.
--
-- A record is what Learn's own transform makes of a resource, member for member. Beside the members of sources.md 1.2 it has, by type:
--   video            video: {duration, caption_urls, cover_image_url, streaming_url}
--   podcast          podcast: {apple_podcasts_url, google_podcasts_url, rss_url}; episodes: [record or {readable_id}] in their order
--   podcast_episode  podcast_episode: {audio_url, episode_link, duration, rss}
--   video_playlist   videos: [record or {readable_id, platform}] in their order
-- `platform` may be missing where it is called as the etl_source. A member that is missing is "not provided": topics, image, episodes ...
-- stay as Learn has them; an empty list clears them. A missing resource_category is the label of the type.
--
-- What the loader needs and Learn's transform does not say is in the one member `loader`, which the parity check leaves out:
--   channel     {channel_id, title} of a playlist; Learn's channel row follows its playlists
--   parent      {platform, resource_type, readable_id} of the course whose lectures a playlist holds
--   children    [{platform, resource_type, readable_id, relation_type, position}]; [] for a resource whose children name it themselves
--   parents     the same, of a child: the resources that have it (COURSE_LEARNING_MATERIALS), whichever feed they come from
--   created_on  when the source made it: created_on of a new row in Learn (documents)
--   etl_source  where the record does not say it
--   offered_by_code  of the offeror that the record names otherwise than by its code
-- A child that is not known yet is attached when it arrives: nothing has to change in its parent.
--
-- Only courses and programs need runs to be published. Videos and podcast episodes are shown while something that is shown has them.
-- A playlist without topics of its own gets the most frequent ones of its videos.

with sources as (

    {{ normalized_records() }}

)

select
    source_key,
    resource_key,
    former_resource_keys,
    child_resource_keys,
    is_removed,
    is_published,
    last_modified,
    completeness,
    content_hash,
    record,
    coalesce(record ->> 'etl_source', record #>> '{loader,etl_source}') as etl_source,
    record ->> 'platform' as platform_code,
    split_part(resource_key, '|', 2) as resource_type,
    record ->> 'readable_id' as readable_id,
    record ->> 'title' as title,
    record ->> 'description' as description,
    record ->> 'full_description' as full_description,
    record ->> 'url' as url,
    record ->> 'resource_category' as resource_category,
    coalesce(record #>> '{offered_by,code}', record #>> '{loader,offered_by_code}') as offered_by_code,
    record ->> 'availability' as availability,
    record ->> 'certification_type' as certification_type,
    (record ->> 'certification')::boolean as certification,
    (record ->> 'professional')::boolean as professional,
    (record ->> 'license_cc')::boolean as license_cc,
    {{ is_truthy("record -> 'force_ingest'") }} as force_ingest,
    (record ->> 'continuing_ed_credits')::numeric(5, 2) as continuing_ed_credits,
    {{ text_array("record -> 'languages'") }} as languages,
    {{ text_array("record -> 'delivery'") }} as delivery,
    {{ text_array("record -> 'format'") }} as format,
    {{ text_array("record -> 'pace'") }} as pace,
    {{ text_array("record -> 'ocw_topics'") }} as ocw_topics,
    {{ text_array("record -> 'departments'") }} as departments,
    {{ text_array("record -> 'content_tags'") }} as content_tags,
    case when jsonb_typeof(record -> 'topics') = 'array' then record -> 'topics' end as topics,
    case when jsonb_typeof(record #> '{loader,parents}') = 'array' then record #> '{loader,parents}' end as parents
from sources
{% if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as kept
        where
            kept.source_key = sources.source_key
            and kept.content_hash = sources.content_hash
            and kept.resource_key is not distinct from sources.resource_key
            and kept.former_resource_keys = sources.former_resource_keys
    )
{% endif %}

-- One row per video of the ODL Video Service: its version in force at as_of, typed (sources.md 2.12).

with {{ staged_versions(source('raw', 'ovs__videos')) }}

select
    {{ version_columns() }},
    payload ->> 'key' as video_key,
    payload ->> 'title' as title,
    payload ->> 'description' as description,
    (payload ->> 'created_at')::timestamptz as created_at,
    {{ is_truthy("payload -> 'is_public'") }} and payload ->> 'status' = 'Complete' as is_listed,
    payload ->> 'cta_link' as cta_link,
    case when jsonb_typeof(payload -> 'duration') = 'number' then (payload ->> 'duration')::numeric end as duration_seconds,
    {{ json_list("payload -> 'sources'") }} as sources,
    {{ json_list("payload -> 'videothumbnail_set'") }} as thumbnails,
    {{ json_list("payload -> 'videosubtitle_set'") }} as subtitles,
    nullif(payload #>> '{collection,key}', '') as collection_key,
    payload #>> '{collection,title}' as collection_title,
    payload #>> '{collection,description}' as collection_description,
    {{ is_truthy("payload #> '{collection,for_shorts}'") }} as is_short,
    -- A video may be moved; the collection that it left has to be looked at again.
    array_remove(coalesce(
        {{ values_seen(source('raw', 'ovs__videos'), "nullif(history.payload #>> '{collection,key}', '')") }}, array[]::text[]
    ), null) as collection_keys_seen
from versions

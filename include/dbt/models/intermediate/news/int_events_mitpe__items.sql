-- Events of MIT Professional Education as items (sources.md 7.6). One that lies wholly in the past is none.

with events as (

    select
        staged.*,
        times.starts_at,
        times.ends_at
    from {{ ref('stg_events_mitpe__events') }} as staged
    inner join {{ ref('int_events_mitpe__times') }} as times on staged.record_key = times.record_key

)

select
    {{ news_item('events_mitpe', 'source_version_id', 'ends_at', event_shown_until('starts_at', 'ends_at')) }},
    jsonb_build_object(
        {{ mitpe_item_members() }},
        'detail', jsonb_build_object(
            'location', '[]'::jsonb,
            'audience', {{ all_audiences() }},
            'event_type', '[]'::jsonb,
            'event_datetime', {{ utc_text('starts_at') }},
            'event_end_datetime', {{ utc_text('ends_at') }}
        )
    ) as record
from events

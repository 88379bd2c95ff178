-- Events of MIT Open Learning as items (sources.md 7.4): those to come.

{% set site = 'https://openlearning.mit.edu/' %}
{% set shown_until = event_shown_until('starts_at', 'ends_at' if var('events_ol_whole') else 'null') %}

with events as (

    select
        staged.*,
        rank() over (order by staged.starts_at desc, staged.source_version_id) as latest_first
    from {{ ref('stg_events_ol__events') }} as staged

)

select
    {{ news_item('events_ol', 'source_version_id', shown_until, shown_until) }},
    jsonb_build_object(
        'guid', guid,
        'title', title,
        'url', {{ url_join(site, 'url_path') }},
        'summary', body,
        'content', body,
        'image', {{ news_image(url_join(site, 'image_path'), 'image_title', 'image_alt') }},
        'detail', jsonb_build_object(
            'location', to_jsonb(locations),
            'audience', to_jsonb(audiences),
            'event_type', to_jsonb(categories),
            'event_datetime', {{ utc_text('starts_at') }}
        ) || {{ event_end('starts_at', 'ends_at', var('events_ol_whole')) }}
    ) as record
from events
{% if not var('events_ol_whole') %}
    -- Learn reads the first page only (quirk Q13).
    where latest_first <= 50
{% endif %}

-- Webinars of Sloan Executive Education as items (sources.md 7.3). When one is, is read out of the words on its card: a day with the
-- name of its month, and perhaps a time. Eastern time, whatever zone is written (sources.md 1.10). Without a day there is no item.

{% set site = 'https://exec.mit.edu/' %}

with parsed as (

    select
        *,
        regexp_match(
            date_text,
            '^\s*(?:[a-z]+day,?\s+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})'
            || '(?:\s*(?:,|\||@|at)?\s*(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\.?)?(?:\s+[a-z]{2,3})?\s*$',
            'i'
        ) as parts
    from {{ ref('stg_events_sloan__webinars') }}

),

dated as (

    select
        *,
        to_date(parts[3] || ' ' || parts[1] || ' ' || parts[2], 'YYYY Mon DD') as day,
        {{ clock_time("coalesce(parts[4], '0')", "coalesce(parts[5], '')", "coalesce(parts[6], '') || 'M'") }} as start_time
    from parsed

),

events as (

    select
        *,
        (day + coalesce(start_time, time '00:00')) at time zone 'America/New_York' as starts_at
    from dated

)

select
    {{ news_item('events_sloan', 'source_version_id', "case when starts_at is null then '-infinity' end", 'starts_at') }},
    jsonb_build_object(
        'guid', guid,
        'url', url,
        'title', title,
        'image', {{ news_image(url_join(site, 'image_path'), 'image_alt', 'image_alt') }},
        'summary', summary,
        'content', content,
        'detail', jsonb_build_object(
            'location', '["Online"]'::jsonb,
            'event_datetime', {{ utc_text('starts_at') }},
            'event_type', to_jsonb(topics),
            'audience', {{ all_audiences() }}
        )
    ) as record
from events

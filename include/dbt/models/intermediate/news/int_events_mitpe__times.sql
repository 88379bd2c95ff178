-- When an event of MIT Professional Education begins and ends, read out of free text (sources.md 7.6): up to two times are looked for;
-- a half of the day or a zone that one of them lacks is inferred from the other; text without a usable time is noon, Eastern time.

with found as (

    select
        staged.record_key,
        staged.first_day,
        staged.last_day,
        times.position,
        count(*) over (partition by staged.record_key) as how_many,
        times.parts[1]::integer as hour,
        ltrim(times.parts[2], ':') as minute,
        regexp_match(times.parts[3], '(am|pm)\s*([a-z]{2,3})?', 'i') as words
    from {{ ref('stg_events_mitpe__events') }} as staged
    cross join lateral regexp_matches(staged.time_range, '(\d{1,2})(:\d{2})?(\D*)', 'g') with ordinality as times (parts, position)

),

-- More than two times are no range.
written as (

    select
        found.record_key,
        found.position,
        found.how_many,
        found.hour,
        coalesce(found.minute, '') as minute,
        coalesce(upper(found.words[1]), '') as half,
        coalesce(zones.word, '') as zone_word
    from found
    left join {{ written_zones() }} on upper(found.words[2]) = zones.word
    where found.how_many <= 2

),

-- One time is beginning and end.
ranges as (

    select
        first_times.record_key,
        first_times.hour as start_hour,
        first_times.minute as start_minute,
        first_times.half as start_half,
        last_times.hour as end_hour,
        last_times.minute as end_minute,
        last_times.half as end_half,
        first_times.how_many = 2 as is_range,
        coalesce(nullif(first_times.zone_word, ''), last_times.zone_word) as start_zone,
        coalesce(nullif(last_times.zone_word, ''), first_times.zone_word) as end_zone,
        -- On a clock the hour after twelve is one; Learn compares the numbers, and so "12:00- 1:00 PM" begins at midnight (quirk Q11).
        {% if var('events_mitpe_noon') %} first_times.hour % case when first_times.hour = 12 then 12 else 24 end {% else %} first_times.hour {% endif %}
            as start_order,
        {% if var('events_mitpe_noon') %} last_times.hour % case when last_times.hour = 12 then 12 else 24 end {% else %} last_times.hour {% endif %}
            as end_order
    from written as first_times
    inner join written as last_times
        on first_times.record_key = last_times.record_key and last_times.position = last_times.how_many
    where first_times.position = 1

),

halves as (

    select
        *,
        is_range and (start_order > end_order or (end_hour = 12 and start_hour < 12)) as crosses_noon
    from ranges

),

clocks as (

    select
        record_key,
        start_zone,
        end_zone,
        {{ clock_time(
            'start_hour', 'start_minute', "case when start_half = '' and crosses_noon then 'AM' else coalesce(nullif(start_half, ''), end_half) end"
        ) }} as start_time,
        {{ clock_time(
            'end_hour', 'end_minute', "case when end_half = '' and crosses_noon then 'PM' else coalesce(nullif(end_half, ''), start_half) end"
        ) }} as end_time
    from halves

),

moments as (

    select
        staged.record_key,
        {{ moment_in_zone('staged.first_day', "coalesce(clocks.start_time, time '12:00')", 'start_zones.zone') }} as starts_at,
        {{ moment_in_zone('staged.last_day', "coalesce(clocks.end_time, time '12:00')", 'end_zones.zone') }} as ends_at
    from {{ ref('stg_events_mitpe__events') }} as staged
    left join clocks on staged.record_key = clocks.record_key
    left join {{ written_zones() | replace('as zones', 'as start_zones') }} on clocks.start_zone = start_zones.word
    left join {{ written_zones() | replace('as zones', 'as end_zones') }} on clocks.end_zone = end_zones.word

)

select
    record_key,
    starts_at,
    greatest(starts_at, ends_at) as ends_at
from moments

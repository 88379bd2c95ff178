-- A record that is there, and not in the raw table of the way that is in use (var mitxonline_source), was left behind by the other one:
-- compare the two ways (python -m include.parity.ways) and rebuild (parameter of transform_catalog).

select
    'courses' as stream,
    staged.record_key
from {{ ref('stg_mitxonline__courses') }} as staged
where
    not staged.is_removed
    and not exists (
        select 1
        from {{ mitxonline_raw('courses') }} as raw_versions
        where raw_versions.record_key = staged.record_key
    )

union all

select
    'programs' as stream,
    staged.record_key
from {{ ref('stg_mitxonline__programs') }} as staged
where
    not staged.is_removed
    and not exists (
        select 1
        from {{ mitxonline_raw('programs') }} as raw_versions
        where raw_versions.record_key = staged.record_key
    )

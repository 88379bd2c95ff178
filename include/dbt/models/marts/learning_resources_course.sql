with units as (

    {{ changed_units() }}

),

courses as (

    select
        resource_key,
        detail -> 'course_numbers' as course_numbers,
        built_at
    from units
    where resource_type = 'course'

)

{{ as_contracted('courses') }}

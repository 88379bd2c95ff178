with units as (

    {{ changed_units() }}

),

courses as (

    select
        resource_key,
        course_numbers,
        built_at
    from units
    where resource_type = 'course'

)

{{ as_contracted('courses') }}

{#- The loader's rule that what has no runs is not published (sources.md 6.2), with what the record itself says. -#}
{% macro is_publishable(is_removed, record) -%}
    not {{ is_removed }}
    and ({{ record }} ->> 'published')::boolean
    and jsonb_array_length({{ record }} -> 'runs') > 0
{%- endmacro %}

{#- Keys of the resources that a program's record names as its children, courses first. -#}
{% macro child_keys(record) -%}
    array(
        select children.resource_key
        from (
            select
                1 as pass,
                courses.position,
                (courses.course ->> 'platform') || '|course|' || (courses.course ->> 'readable_id') as resource_key
            from jsonb_array_elements({{ json_list(record ~ " -> 'courses'") }}) with ordinality as courses (course, position)
            union all
            select
                2 as pass,
                programs.position,
                ({{ record }} ->> 'platform') || '|program|' || (programs.program ->> 'readable_id') as resource_key
            from jsonb_array_elements({{ json_list(record ~ " -> 'child_programs'") }})
            with ordinality as programs (program, position)
        ) as children
        where children.resource_key is not null
        order by children.pass, children.position
    )
{%- endmacro %}

{#- A JSON list of texts as an array; null when the record does not have the member. -#}
{% macro text_array(json_value) -%}
    case
        when jsonb_typeof({{ json_value }}) = 'array'
            then array(select items.item from jsonb_array_elements_text({{ json_value }}) as items (item))
    end
{%- endmacro %}

{#- The source's own id in the key of a resource, <platform>|<type>|<readable id>; the id itself may contain the bar. -#}
{% macro readable_id_of(resource_key) -%}
    substring({{ resource_key }} from '^[^|]*\|[^|]*\|(.*)$')
{%- endmacro %}

{#-
    CTEs of a model of normalized records: `inputs`, a hash of what each row is made from (its raw version, the taxonomy, the model's own
    text, and further expressions over `staged` and `joins`), and `changed`, the keys where that differs.
-#}
{% macro changed_records(staged, inputs=[], joins='') -%}
    inputs as (

        select
            staged.record_key,
            md5(concat_ws(
                '|',
                staged.source_version_id,
                {%- for input in inputs %}
                {{ input }},
                {%- endfor %}
                taxonomy.taxonomy_hash,
                '{{ code_hash() }}'
            )) as input_hash
        from {{ staged }} as staged
        {{ joins }}
        cross join {{ taxonomy_hash() }} as taxonomy

    ),

    changed as (

        {{ changed_keys('inputs', 'record_key') }}

    )
{%- endmacro %}

{#-
    The rows of a model of normalized records. `records` has record_key, source_version_id, input_hash, is_removed and record (sources.md
    1.2; of the record come platform, type and id of the resource), and what the arguments name:
    former_keys: keys of resources that the record was behind before; valid_from, next_change_at: between which moments the row holds;
    more: further columns to keep.
-#}
{% macro normalized_rows(
    records, former_keys='array[]::text[]', last_modified='null::timestamptz', completeness='null::double precision',
    valid_from='null::timestamptz', next_change_at='null::timestamptz', more=[]
) -%}
    select
        record_key,
        {%- for column in more %}
        {{ column }},
        {%- endfor %}
        (record ->> 'platform') || '|' || (record ->> 'resource_type') || '|' || (record ->> 'readable_id') as resource_key,
        {{ former_keys }} as former_resource_keys,
        {{ child_keys('record') }} as child_resource_keys,
        is_removed,
        {{ is_publishable('is_removed', 'record') }} as is_published,
        {{ last_modified }} as last_modified,
        {{ completeness }} as completeness,
        record,
        md5(concat_ws('|', is_removed, {{ completeness }}, record)) as content_hash,
        source_version_id,
        input_hash,
        {{ valid_from }} as valid_from,
        {{ next_change_at }} as next_change_at
    from {{ records }}
{%- endmacro %}

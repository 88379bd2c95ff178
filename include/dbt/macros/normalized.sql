{#- The loader's rule that a course or program without runs is not published (sources.md 6.2), with what the record itself says. -#}
{% macro is_publishable(is_removed, record) -%}
    not {{ is_removed }}
    and ({{ record }} ->> 'published')::boolean
    and (
        coalesce({{ record }} ->> 'resource_type', 'course') not in ('course', 'program')
        or jsonb_array_length({{ record }} -> 'runs') > 0
    )
{%- endmacro %}

{#- Key of the resource that a member of a record names; what it leaves out is as in the record that names it. -#}
{% macro named_resource_key(child, resource_type, platform_code) -%}
    case when {{ child }} ? 'platform' then {{ child }} ->> 'platform' else {{ platform_code }} end
    || '|' || case when {{ child }} ? 'resource_type' then {{ child }} ->> 'resource_type' else {{ resource_type }} end
    || '|' || ({{ child }} ->> 'readable_id')
{%- endmacro %}

{#- A record as others name it in their `loader`. -#}
{% macro named_as_parent(record) -%}
    jsonb_build_object(
        'platform', {{ record }} -> 'platform',
        'resource_type', {{ record }} -> 'resource_type',
        'readable_id', {{ record }} -> 'readable_id'
    )
{%- endmacro %}

{#- The platform of a record that does not say one: it is called as its source. -#}
{% macro source_platform(record) -%}
    coalesce({{ record }} ->> 'etl_source', {{ record }} #>> '{loader,etl_source}')
{%- endmacro %}

{#-
    The children that a record names, in their order, as rows (pass, mention, child_resource_key, relation_type, position): courses
    first, then child programs (on the program's own platform), episodes, videos, and what its `loader` names.
-#}
{% macro named_children(record) -%}
    {%- set platform_code = "coalesce(" ~ record ~ " ->> 'platform', " ~ source_platform(record) ~ ")" -%}
    {%- for pass, member, resource_type, relation_type in [
        (1, "-> 'courses'", "'course'", "'PROGRAM_COURSES'"),
        (
            2,
            "-> 'child_programs'",
            "'program'",
            "case when named.child ->> 'display_mode' = 'course' then 'PROGRAM_COURSES' else 'PROGRAM_PROGRAMS' end"
        ),
        (1, "-> 'episodes'", "'podcast_episode'", "'PODCAST_EPISODES'"),
        (1, "-> 'videos'", "'video'", "'PLAYLIST_VIDEOS'"),
        (1, "#> '{loader,children}'", "null", "named.child ->> 'relation_type'")
    ] %}
    select
        {{ pass }} as pass,
        named.mention,
        {{ named_resource_key('named.child', resource_type, platform_code) }} as child_resource_key,
        {{ relation_type }} as relation_type,
        (named.child ->> 'position')::bigint as position
    from jsonb_array_elements({{ json_list(record ~ " " ~ member) }}) with ordinality as named (child, mention)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- Keys of the resources that a record names as its children, in their order. -#}
{% macro child_keys(record) -%}
    array(
        select children.child_resource_key
        from ({{ named_children(record) }}) as children
        where children.child_resource_key is not null
        order by children.pass, children.mention
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

{#- Keys of the resources that a record was behind under other ids; `records` has readable_id and readable_ids_seen. -#}
{% macro former_id_keys(platform_and_type, records='records') -%}
    array(
        select '{{ platform_and_type }}|' || former.readable_id
        from unnest({{ records }}.readable_ids_seen) as former (readable_id)
        where former.readable_id != {{ records }}.readable_id
        order by former.readable_id
    )
{%- endmacro %}

{#-
    CTEs of a model of normalized records: `inputs`, a hash of what each row is made from (its raw version, the taxonomy, the model's own
    text, and further expressions over `staged` and `joins`), `changed`, the keys where that differs, and `changed_rows`, the rows of
    `staged` with these keys and their new hash.
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

    ),

    changed_rows as (

        select
            staged.*,
            changed.input_hash
        from {{ staged }} as staged
        inner join changed on staged.record_key = changed.record_key

    )
{%- endmacro %}

{#-
    The rows of a model of normalized records. `records` has record_key, source_version_id, input_hash, is_removed and record (sources.md
    1.2; of the record come platform, type and id of the resource), and what the arguments name:
    resource_type: for records that do not say it themselves (some of Learn's transforms leave it to its loader);
    former_keys: keys of resources that the record was behind before; valid_from, next_change_at: between which moments the row holds;
    more: further columns to keep.
-#}
{% macro normalized_rows(
    records, resource_type='null', former_keys='array[]::text[]', last_modified='null::timestamptz', completeness='null::double precision',
    valid_from='null::timestamptz', next_change_at='null::timestamptz', more=[]
) -%}
    select
        record_key,
        {%- for column in more %}
        {{ column }},
        {%- endfor %}
        {{ named_resource_key('record', resource_type, source_platform('record')) }} as resource_key,
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
    from (
        -- Without "offset" Postgres makes each record anew for every member of it that is read here: forty times.
        select * from {{ records }}
        offset 0
    ) as {{ records }}
{%- endmacro %}

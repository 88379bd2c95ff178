{#-
    The version of each record in force at as_of, and the last one that had content (a removed record keeps its last content).
    Incrementally: only records whose version is not the one that this model has. State is compared, not time, so that nothing is
    missed after a run that failed half-way, and an unchanged source writes nothing.
    Columns: record_key, source_version_id, is_removed, payload_version_id.
-#}
{% macro changed_versions(raw_table) -%}
    select versions.*
    from (
        select
            raw_versions.record_key,
            (array_agg(
                raw_versions.version_id order by raw_versions.observed_at desc, raw_versions.version_id desc
            ))[1] as source_version_id,
            (array_agg(
                raw_versions.is_removed order by raw_versions.observed_at desc, raw_versions.version_id desc
            ))[1] as is_removed,
            (array_agg(
                raw_versions.version_id order by raw_versions.observed_at desc, raw_versions.version_id desc
            ) filter (where not raw_versions.is_removed))[1] as payload_version_id
        from {{ raw_table }} as raw_versions
        where raw_versions.observed_at <= {{ as_of() }}
        group by raw_versions.record_key
    ) as versions
    where
        versions.payload_version_id is not null
        {% if is_incremental() %}
        and not exists (
            select 1
            from {{ this }} as kept
            where
                kept.record_key = versions.record_key
                and kept.source_version_id = versions.source_version_id
                and kept.code_hash = '{{ code_hash() }}'
        )
        {% endif %}
{%- endmacro %}

{#-
    CTEs of a staging model: `changed` (see changed_versions) and `versions`, the same with observed_at and the payload. `more` names
    further columns of `versions`, expressions on `payload` that the model needs more than once.
-#}
{% macro staged_versions(raw_table, more={}) -%}
    changed as (

        {{ changed_versions(raw_table) }}

    ),

    versions as (

        select
            changed.*,
            raw_versions.observed_at,
            raw_versions.payload
            {%- for name, expression in more.items() %},
            {{ expression }} as {{ name }}
            {%- endfor %}
        from changed
        inner join {{ raw_table }} as raw_versions on changed.payload_version_id = raw_versions.version_id

    )
{%- endmacro %}

{#- The columns of `versions` that every staging model has, and the hash of the model's own text. -#}
{% macro version_columns() -%}
    record_key,
    source_version_id,
    is_removed,
    observed_at,
    '{{ code_hash() }}' as code_hash
{%- endmacro %}

{#-
    Of a relation with (key, input_hash), the keys whose input is not the one that this model has, or for which the clock passed a
    moment at which one of the row's date rules changes its outcome (in either direction).
-#}
{% macro changed_keys(relation, key) -%}
    select inputs.{{ key }}, inputs.input_hash
    from {{ relation }} as inputs
    {% if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as kept
        where
            kept.{{ key }} = inputs.{{ key }}
            and kept.input_hash = inputs.input_hash
            and coalesce(kept.valid_from, '-infinity') <= {{ as_of() }}
            and coalesce(kept.next_change_at, 'infinity') > {{ as_of() }}
    )
    {% endif %}
{%- endmacro %}

{#- A filter that finds the rows of a few keys through an index, whatever the planner guesses about how many there are. -#}
{% macro only_keys(column, changed, key) -%}
    {{ column }} = any(array(select wanted.{{ key }} from {{ changed }} as wanted))
{%- endmacro %}

{#- The latest moment not after as_of, and the earliest after it, of a set of moments in the column "moment". -#}
{% macro clock_bounds() -%}
    max(moment) filter (where moment <= {{ as_of() }}) as valid_from,
    min(moment) filter (where moment > {{ as_of() }}) as next_change_at
{%- endmacro %}

{#- Part of each row's input: a changed rule re-evaluates the rows that it made. -#}
{% macro code_hash() -%}
    {%- if local_md5 is defined -%}{{ local_md5(model.raw_code) }}{%- endif -%}
{%- endmacro %}

{#-
    Every value that an expression on `history.payload` had in a version up to as_of; for a model on `versions`. A record whose identity (platform, type, readable id)
    moves leaves the resource that it was behind: the models retire the identities that are no longer used.
-#}
{% macro values_seen(raw_table, value) -%}
    (
        select array_agg(distinct {{ value }})
        from {{ raw_table }} as history
        where
            history.record_key = versions.record_key
            and history.observed_at <= {{ as_of() }}
            and not history.is_removed
    )
{%- endmacro %}

{#-
    Prices of a MITx Online run or program (sources.md 2.3), as a JSON list sorted by amount, all in USD: one 0.00 when there is nothing
    to pay for; else the course's or program's lowest and highest price with the mode "verified", and 0.00 with the mode "audit".
-#}
{% macro mitxonline_prices(is_fully_enrollable, min_price, max_price, modes) -%}
    (
        select
            coalesce(
                jsonb_agg(distinct jsonb_build_object('amount', amounts.amount::numeric(12, 2), 'currency', 'USD')),
                '[{"amount": 0.00, "currency": "USD"}]'::jsonb
            )
        from (
            values
            (case when {{ modes }} @> '[{"mode_slug": "verified"}]' then {{ min_price }} end),
            (case when {{ modes }} @> '[{"mode_slug": "verified"}]' then {{ max_price }} end),
            (case when {{ modes }} @> '[{"mode_slug": "audit"}]' then 0.00 end)
        ) as amounts (amount)
        where
            amounts.amount is not null
            and {{ is_fully_enrollable }}
            and (coalesce({{ min_price }}, 0) != 0 or coalesce({{ max_price }}, 0) != 0)
    )
{%- endmacro %}

{#- Whether runs with these modes may certify (sources.md 1.6): no modes are given at all, or "verified" is among them. -#}
{% macro mitxonline_modes_certify(modes) -%}
    ({{ modes }} is null or {{ modes }} = 'null'::jsonb or {{ modes }} @> '[{"mode_slug": "verified"}]')
{%- endmacro %}

{#- Kind of certificate (sources.md 2.3): an unknown name counts as a certificate of completion. -#}
{% macro mitxonline_certification_type(has_certification, certificate_type) -%}
    case
        when not {{ has_certification }} then 'none'
        when lower({{ certificate_type }}) = 'micromasters credential' then 'micromasters'
        else 'completion'
    end
{%- endmacro %}

{#- The image of a MITx Online page, whose path is relative to the site. -#}
{% macro mitxonline_image(path) -%}
    case
        when nullif({{ path }}, '') is not null
            then jsonb_build_object('url', {{ url_join(var('mitx_online_base_url'), path) }})
    end
{%- endmacro %}

{#- Learn's own page of a course, for one that has a page at MITx Online. -#}
{% macro mitxonline_course_url(course) -%}
    case
        when {{ course }}.page_url is not null
            then rtrim('{{ var("app_base_url") }}', '/') || '/courses/' || {{ course }}.readable_id
    end
{%- endmacro %}

{#-
    Raw versions of a stream of MITx Online, of the one way that is in use (var mitxonline_source): its API, or its own database, whose
    version ids are moved to a range of their own, so that a change of the way changes every record's version.
-#}
{% macro mitxonline_raw(stream) -%}
    {%- if var('mitxonline_source') == 'mitxonline_db' -%}
        (
            select
                version_id + 4611686018427387904 as version_id,
                record_key,
                payload,
                observed_at,
                is_removed
            from {{ source('raw', 'mitxonline_db__' ~ stream) }}
        )
    {%- elif var('mitxonline_source') == 'mitxonline' or not execute -%}
        {{ source('raw', 'mitxonline__' ~ stream) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error("mitxonline_source is mitxonline or mitxonline_db, not " ~ var('mitxonline_source')) }}
    {%- endif -%}
{%- endmacro %}

{#- What the records of courses and programs say alike of certificate, format and pace; the row has these columns. -#}
{% macro mitxonline_members() -%}
    jsonb_build_object(
        'professional', false,
        'certification', has_certification,
        'certification_type', {{ mitxonline_certification_type('has_certification', 'certificate_type') }},
        'availability', availability,
        'format', jsonb_build_array('asynchronous'),
        'pace', pace
    )
{%- endmacro %}

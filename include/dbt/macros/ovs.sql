{#- Hosts of the media of the ODL Video Service: the configured ones, and always that of its API (sources.md 2.12). -#}
{% macro ovs_media_hosts() -%}
    {%- set hosts = var('ovs_allowed_media_hosts').split(',') | map('trim') | map('lower') | select | list -%}
    {%- set api_host = var('ovs_api_base_url').split('://')[-1].split('/')[0].split(':')[0] | lower -%}
    {{ return(hosts + [api_host]) }}
{%- endmacro %}

{#-
    Whether an address is https on one of those hosts; an entry that begins with a dot stands for every subdomain of it. User
    info and backslashes are refused: browsers and parsers disagree about what they mean. The same rule in Python:
    include/webhooks/media_hosts.py.
-#}
{% macro is_allowed_media_url(url) -%}
    {%- set host = "lower(substring(" ~ url ~ " from '^https://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][^\\\\\\x01-\\x1f\\x7f]*)?$'))" -%}
    coalesce(
        {% for entry in ovs_media_hosts() -%}
            {% if entry.startswith('.') -%}
                ({{ host }} like '_%{{ entry }}')
            {%- else -%}
                ({{ host }} = '{{ entry }}')
            {%- endif %}
            {%- if not loop.last %} or {% endif %}
        {%- endfor %},
        false
    )
{%- endmacro %}

{#- The first text at a member of the items of a list that satisfies a condition on "candidate". -#}
{% macro first_media_url(json_items, member, condition='true') -%}
    (
        select items.item ->> '{{ member }}'
        from jsonb_array_elements({{ json_items }}) with ordinality as items (item, position)
        where
            {{ is_allowed_media_url("items.item ->> '" ~ member ~ "'") }}
            and {{ condition }}
        order by items.position
        limit 1
    )
{%- endmacro %}

{#- The host in the first address that is given at a member of the items of a list, with its port. -#}
{% macro first_host(json_items, member) -%}
    (
        select substring(items.item ->> '{{ member }}' from '^https?://([^/?#]+)')
        from jsonb_array_elements({{ json_items }}) with ordinality as items (item, position)
        where nullif(items.item ->> '{{ member }}', '') is not null
        order by items.position
        limit 1
    )
{%- endmacro %}

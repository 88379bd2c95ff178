{#-
    A description without what MIT's channels say under every video (sources.md 2.10): the comment policy, lines that begin with a known
    word and a colon, chapter marks, the line with the course's number and term, every line with a link. Three or more line ends in a row
    become two.
-#}
{% macro youtube_description(text_value) -%}
    (
        select
            regexp_replace(
                {{ stripped("coalesce(string_agg(lines.line, E'\\n' order by lines.position), '')") }},
                '(\s*\n){3,}', E'\n\n', 'g'
            )
        from regexp_split_to_table(
            replace(
                {{ text_value }},
                'We encourage constructive comments and discussion on OCW''s YouTube and other social media channels. '
                || 'Personal attacks, hate speech, trolling, and inappropriate comments are not allowed and may be removed.',
                ''
            ),
            '\n'
        ) with ordinality as lines (line, position)
        where
            lines.line !~* '{{ youtube_keywords() }}'
            and lines.line !~ '^\d+:\d+(:\d+)?\s'
            and lines.line !~ '^MIT\s+[0-9A-Za-z]+\.[0-9A-Za-z]+\S*\s.+\d{4}\s*$'
            and lines.line !~ 'https?://'
    )
{%- endmacro %}

{% macro youtube_keywords() -%}
    ^(Instructor|Course|View the complete course|License|YouTube Playlist|Chapters|Watch this video in Chinese|MIT Open Learning|Instructors|Key moments|Speakers):
{%- endmacro %}

{#- A text without white space at its ends, of any kind that Unicode has. -#}
{% macro stripped(text_value) -%}
    btrim({{ text_value }}, E' \t\n\r\f\u000b\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000')
{%- endmacro %}

{#- What the list of channels says, of the code in it: an offeror that Learn knows, or nobody. -#}
{% macro youtube_offeror(code) -%}
    (select jsonb_build_object('code', offerors.code) from {{ ref('offerors') }} as offerors where offerors.code = {{ code }})
{%- endmacro %}

{#- What every video and playlist of YouTube has in common. -#}
{% macro youtube_constants(resource_type) -%}
    '{"platform": "youtube", "etl_source": "youtube", "resource_type": "{{ resource_type }}", "published": true,
    "availability": "anytime"}'::jsonb
{%- endmacro %}

{#- What a video's record has of the film, whoever describes it. -#}
{% macro youtube_video(relation) -%}
    jsonb_build_object(
        'readable_id', {{ relation }}.youtube_id,
        'youtube_id', {{ relation }}.youtube_id,
        'image', jsonb_build_object('url', {{ relation }}.image_url),
        'last_modified', {{ utc_text(relation ~ '.published_at') }},
        'video', jsonb_build_object('duration', {{ relation }}.duration)
    )
{%- endmacro %}

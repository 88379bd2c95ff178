{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='source_key',
    indexes=[{'columns': ['source_key'], 'unique': true}]
) }}

-- The run that Learn shows for each resource, when the next one starts, and between which moments that holds (sources.md 6.3).

{{ best_runs(ref('int_resources__normalized'), 'source_key') }}

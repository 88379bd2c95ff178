{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key',
    indexes=[{'columns': ['record_key'], 'unique': true}]
) }}

-- The run that Learn shows for each edX.org course: the one whose teachers and effort a program takes over (sources.md 2.2). The same for
-- all resources is in int_resources__best_runs, which comes after the programs.

{{ best_runs(ref('int_mit_edx__courses'), 'record_key') }}

-- One row per article of this list: its version in force at as_of, typed and cleaned (sources.md 2.13).

{{ mit_climate_articles('ask_mit_climate') }}

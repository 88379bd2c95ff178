"""The contract of the data that Learn's database and search index hold.

Installable alone as ``learn_contracts``: needs Pydantic and nothing else. The DDL, the index bodies, the JSON Schema and
dbt's contract YAML are generated from the models (``python -m include.contracts generate``).
"""

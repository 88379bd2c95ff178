"""Airflow: the only part of `include` that knows it. Task builders, assets, clients made from connections, the dbt task group."""

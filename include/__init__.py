"""Learn Pipelines: everything the DAGs are made of. Only `include.orchestration` imports Airflow."""

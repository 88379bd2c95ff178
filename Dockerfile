FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.12

# The DAG is drawn from dbt's manifest: made here, so that no task has to.
RUN python -m include.orchestration.manifest

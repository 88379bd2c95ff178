# The commands a person types. Each makes .venv first when it is missing or the lock has changed.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export UPSTREAM_DATA UPSTREAM_OCW_ARCHIVES FORCE SIZES ONLY
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV
BOOTSTRAP := include/local/bootstrap.sh
PYTHON := .venv/bin/python
LOCAL := $(PYTHON) -m include.local

.PHONY: help demo up down status env logs reset test e2e faults fault-table lint generate parity bench bootstrap

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: bootstrap ## Start everything, run the whole chain once, show what it did
	@$(LOCAL) demo

up: bootstrap ## Start every server and Airflow
	@$(LOCAL) up

down: ## Stop everything; the data stays
	@if [ -x $(PYTHON) ]; then $(LOCAL) down; fi

status: bootstrap ## One line per server: health and address
	@$(LOCAL) status

env: bootstrap ## Shell lines to reach the running stack: eval "$$(make -s env)"
	@$(LOCAL) env

logs: bootstrap ## Follow all logs
	@$(LOCAL) logs

reset: bootstrap ## Stop everything and remove the data (asks; FORCE=1 does not)
	@$(LOCAL) reset

PYTEST := AIRFLOW_HOME="$(CURDIR)/.local/airflow-of-tests" $(PYTHON) -m pytest

test: bootstrap ## The test suite, on servers of its own; what needs a running scheduler is `make e2e`
	@$(PYTEST) -n 3 --dist loadscope --no-loadscope-reorder --ignore=tests/e2e

e2e: bootstrap ## Of the tests, the chain through a running scheduler: changes, removals, backfills, clears, kills
	@$(PYTEST) tests/e2e

faults: bootstrap ## Random faults and changes against an undisturbed twin: N sequences from SEED on; AIRFLOW=1: in Airflow, too
	@$(PYTHON) -m tests.faults --sequences $(or $(N),100) --seed $(or $(SEED),1)
	@if [ -n "$(AIRFLOW)" ]; then AIRFLOW_TOO=1 $(PYTEST) tests/e2e/test_random_faults.py; fi

fault-table: bootstrap ## Try every fault of every feed, and write the table of docs/faults.md
	@WRITE_FAULTS=1 $(PYTEST) tests/integration/faults

lint: bootstrap ## Style, types, SQL and generated files; changes nothing
	@$(PYTHON) -m include.local.lint

generate: bootstrap ## Write the files that follow from others: contracts, dbt sources, docs, Astro settings
	@$(PYTHON) -m include.generate

parity: bootstrap ## Compare the marts with the golden records
	@$(PYTHON) -m include.parity

bench: bootstrap ## Measure every stage (SIZES=1000,20000 resources; ONLY=orm,hit takes some measures)
	@$(PYTHON) -m benchmarks

bootstrap:
	@$(BOOTSTRAP) >&2

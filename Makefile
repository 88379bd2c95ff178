# The commands a person types. Each makes .venv first when it is missing or the lock has changed.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export UPSTREAM_DATA UPSTREAM_OCW_ARCHIVES FORCE
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV
BOOTSTRAP := include/local/bootstrap.sh
PYTHON := .venv/bin/python
LOCAL := $(PYTHON) -m include.local

.PHONY: help demo up down status env logs reset test e2e lint parity bench bootstrap

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

test: bootstrap ## The test suite, on servers of its own
	@AIRFLOW_HOME="$(CURDIR)/.local/airflow-of-tests" $(PYTHON) -m pytest --ignore=tests/e2e

e2e: bootstrap ## The chain through a running scheduler: changes, removals, backfills, clears, kills
	@AIRFLOW_HOME="$(CURDIR)/.local/airflow-of-tests" $(PYTHON) -m pytest tests/e2e

lint: bootstrap ## Style, types, SQL and generated files; changes nothing
	@$(PYTHON) -m include.local.lint

parity: bootstrap ## Compare the marts with the golden records
	@$(PYTHON) -m include.parity

bench: bootstrap ## Measure every stage
	@$(PYTHON) -m benchmarks

bootstrap:
	@$(BOOTSTRAP) >&2

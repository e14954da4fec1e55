# Partsgraph. `make` alone lists what there is; every target sets up what it needs, once.

# What a shell carries around for other projects must not reach this one.
unexport PYTHONPATH PYTHONHOME PYTHONOPTIMIZE PYTHONWARNINGS VIRTUAL_ENV
export PYTHON

SHELL := /bin/sh
BIN := .venv/bin
FLOORS := domain persistence graph server
SCALE ?= 1
COVERAGE_FLOOR ?= 90
JOBS ?= 1

.PHONY: help serve test check sabotage torture bench schema migration pins explorer clean set-up set-up-dev
.DEFAULT_GOAL := help

help: ## List the targets
	@echo "Usage: make TARGET [PYTHON=python3.12]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

serve: set-up explorer ## Set up and serve on http://127.0.0.1:8000 with a demo workshop; Ctrl-C ends it
	@exec $(BIN)/partsgraph serve

test: set-up-dev explorer ## Run the tests with coverage (JOBS=2 takes two files at a time, TESTS=path picks some, COVERAGE_FLOOR=0 only reports)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(if $(filter-out 1,$(JOBS)),--numprocesses $(JOBS) --dist loadfile) $(TESTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR)

check: set-up-dev ## Lint, types, architecture, stale schema, breaking schema changes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(FLOORS) tests
	$(BIN)/python -m pytest -q tests/test_architecture.py
	@$(BIN)/partsgraph schema print >.venv/schema.graphql
	@diff -u schema.graphql .venv/schema.graphql || { echo "schema.graphql is stale: make schema" >&2; exit 1; }
	$(BIN)/partsgraph schema diff tests/released.graphql

sabotage: set-up-dev explorer ## Break the code in known ways and see that the named tests notice
	@$(BIN)/python -m tests.sabotage

torture: set-up-dev explorer ## Run the long tests: load, kills, faults (SCALE=0.1 for a tenth)
	@PARTSGRAPH_TORTURE_SCALE=$(SCALE) $(BIN)/python -m pytest -m torture $(TESTS)

bench: set-up-dev ## Measure beside PostGraphile and others (PARTS="1000 10000" ROUNDS=5 SECONDS=3 SCENARIOS="list part")
	@bench/set-up
	@$(BIN)/python -m bench $(if $(PARTS),--parts $(PARTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
	$(if $(SECONDS),--seconds $(SECONDS)) $(if $(SCENARIOS),--scenarios $(SCENARIOS)) $(if $(DATA),--data "$(DATA)")

schema: set-up ## Print the schema into schema.graphql
	@$(BIN)/partsgraph schema print >.venv/schema.graphql
	@cp .venv/schema.graphql schema.graphql

migration: set-up-dev ## Begin the next migration: make migration NAME="add a column"
	@test -n "$(NAME)" || { echo 'Name it: make migration NAME="add a column"' >&2; exit 2; }
	@last=$$(ls alembic/versions | sed -n 's/^0*\([1-9][0-9]*\)_.*\.py$$/\1/p' | sort -n | tail -n 1); \
	$(BIN)/alembic revision -m "$(NAME)" --rev-id "$$(printf '%04d' "$$((last + 1))")"

pins: set-up-dev ## Pin the packages of pyproject.toml again (UPGRADE=1 takes newer ones)
	@make/pins

explorer: ## Build GraphiQL into graph/explorer/static
	@make/build-explorer

clean: ## Remove what set-up, tests and checks made; the data directory stays
	rm -rf .venv .venv-node explorer/node_modules bench/postgraphile/node_modules tests/audits/node_modules graph/explorer/static *.egg-info build
	rm -rf .coverage-data .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find $(FLOORS) tests alembic -name __pycache__ -type d -prune -exec rm -rf {} +

set-up:
	@make/set-up runtime

set-up-dev:
	@make/set-up dev

# Partsgraph. `make` alone lists what there is; every target sets up what it needs, once.

# What a shell carries around for other projects must not reach this one.
# Compiled files are kept: every process of the tests and of the server would pay for compiling anew.
unexport PYTHONPATH PYTHONHOME PYTHONOPTIMIZE PYTHONWARNINGS PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
export PYTHON TEST_PROPERTIES TEST_SHARE

SHELL := /bin/sh
BIN := .venv/bin
SCALE ?= 1
COVERAGE_FLOOR ?= 90
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
# In the drawn order of files: by default the largest would come first, and the few that start many processes last.
SIDE_BY_SIDE = $(if $(filter-out 1,$(JOBS)),--numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder)
IN_ORDER_OF = $(if $(SEED),--randomly-seed=$(SEED))
TORTURE = PARTSGRAPH_TORTURE_SCALE=$(SCALE) TEST_PROPERTIES=large $(BIN)/python -m pytest -p tests.proof.recording $(IN_ORDER_OF)
# What pytest ends with where it was given no test, as when TESTS names a file of the other kind.
NO_SUCH_TESTS = 5
N ?= 3

.PHONY: help serve test coverage shake check format sabotage torture proof bench schema migration pins explorer clean set-up set-up-dev
.DEFAULT_GOAL := help

help: ## List the targets
	@echo "Usage: make TARGET [PYTHON=python3.12]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

serve: set-up explorer ## Set up and serve on http://127.0.0.1:8000 with a demo workshop; Ctrl-C ends it
	@exec $(BIN)/partsgraph serve

test: set-up-dev explorer ## Run the tests side by side in random order (SEED=… gives an order again, JOBS=1 one by one, TESTS=path picks some)
ifeq ($(COVERAGE),)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(IN_ORDER_OF) $(TESTS)
else
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(SIDE_BY_SIDE) $(IN_ORDER_OF) $(TESTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR)
endif

coverage: ## Run the tests as make test does and measure branch coverage (COVERAGE_FLOOR=0 only reports)
	@$(MAKE) --no-print-directory test COVERAGE=1

shake: set-up-dev explorer ## Run the tests N times in random orders while both cores are busy, and tell what failed how often (N=3)
	@$(BIN)/python -m tests.shake --rounds $(N) --jobs $(JOBS) $(TESTS)

check: set-up-dev ## Lint, types, architecture, documents, stale schema, breaking schema changes; tells how long each took
	@make/check

format: set-up-dev ## Format the code and mend what the linter can mend by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

sabotage: set-up-dev explorer ## Break the code in known ways and see that the named tests notice (SHARE=1/8 a part, SINCE=revision what it touches, MOST=20)
	@$(BIN)/python -m tests.sabotage --jobs $(JOBS) $(if $(SHARE),--share $(SHARE)) $(if $(SEED),--seed $(SEED)) \
	$(if $(SINCE),--changed-since $(SINCE)) $(if $(MOST),--most $(MOST))

torture: set-up-dev explorer ## Run the long tests: load, kills, faults, many examples of each property (SCALE=0.1 for a tenth)
	@$(TORTURE) $(SIDE_BY_SIDE) -m "(torture or properties) and not alone" $(TESTS) || test $$? -eq $(NO_SUCH_TESTS)
	@$(TORTURE) -m alone $(TESTS) || test $$? -eq $(NO_SUCH_TESTS)

proof: set-up-dev ## Write docs/proof.md from what make sabotage and make torture found, on whatever commits they ran
	@$(BIN)/python -m tests.proof

bench: set-up-dev ## Measure beside PostGraphile and others (PARTS="1000 10000" ROUNDS=5 SECONDS=3 SCENARIOS="list part", BASE=commit compares with that one)
	@bench/set-up
	@$(BIN)/python -m bench $(if $(PARTS),--parts $(PARTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
	$(if $(SECONDS),--seconds $(SECONDS)) $(if $(SCENARIOS),--scenarios $(SCENARIOS)) $(if $(DATA),--data "$(DATA)") $(if $(BASE),--base "$(BASE)")

schema: set-up ## Print the schema into schema.graphql
	@$(BIN)/partsgraph schema print >.venv/schema.graphql
	@cp .venv/schema.graphql schema.graphql

migration: set-up-dev ## Begin the next migration: make migration NAME="add a column"
	@test -n "$(NAME)" || { echo 'Name it: make migration NAME="add a column"' >&2; exit 2; }
	@last=$$(ls alembic/versions | sed -n 's/^0*\([1-9][0-9]*\)_.*\.py$$/\1/p' | sort -n | tail -n 1); \
	$(BIN)/alembic revision -m "$(NAME)" --rev-id "$$(printf '%04d' "$$((last + 1))")"

pins: set-up-dev ## Pin the packages of pyproject.toml again (UPGRADE=1 takes newer ones)
	@make/pins

explorer: set-up ## Build GraphiQL into graph/explorer/static
	@make/build-explorer
	@make/compress-explorer

clean: ## Remove what set-up, tests and checks made; the data directory and the results for make proof stay
	rm -rf .venv .venv-node explorer/node_modules bench/postgraphile/node_modules tests/audits/node_modules tests/clients/node_modules graph/explorer/static *.egg-info build
	rm -rf .coverage-data .hypothesis .mypy_cache .prepared .pytest_cache .ruff_cache
	find domain persistence graph server tests alembic -name __pycache__ -type d -prune -exec rm -rf {} +

set-up:
	@make/set-up runtime

set-up-dev:
	@make/set-up dev

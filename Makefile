# The commands that people and scripts rely on. Each sets up what it needs first; that costs nothing when it is there.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 3
PYTEST_ARGS ?=

BIN := .venv/bin
BOOTSTRAP := $(PYTHON) tools/bootstrap.py

# Dozens of processes start during the tests: compiled modules are kept, whatever the surroundings ask for.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test soak bench lint format

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /    make \1	/p' $(MAKEFILE_LIST) | expand -t 24

setup: ## virtual environment, locked packages, system libraries
	@$(BOOTSTRAP)

run: setup ## the whole desk on http://localhost:8000 with demo data (PORT=… changes the port)
	@PORT=$(PORT) exec $(BIN)/python -m tools.run

setup-tests:
	@$(BOOTSTRAP) --group dev --browser
.PHONY: setup-tests

test: setup-tests ## every test, browser tests included
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

soak: setup-tests ## the full-size runs: whole years, millions of rows, hundreds of kills
	@SOAK=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

bench: ## ratios against peers and limits, as a table and as JSON
	@$(BOOTSTRAP) --group dev --group bench
	@$(BIN)/python -m benchmarks

lint: setup-tests ## style, types, layers, templates, missing migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates */templates --lint --quiet
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

format: setup-tests ## put the code into its standard form
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

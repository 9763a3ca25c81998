# The workshop: `make help` lists everything. Python 3.11 or newer is all that is needed.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= $(wildcard ../shared/data)
export ONGOEUL_DATA := $(abspath $(DATA))
TESTS ?= tests

.PHONY: help run test test-sqlite test-postgresql test-browser fix check lint bench screenshots clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

run: $(VENV)/.ready ## open the demo hall on http://127.0.0.1:8000 (PORT=, INSTANCE=, DATABASE_URL= are honoured)
	@APP_ENV=$${APP_ENV:-demo} exec $(BIN)/python -m shop.dev.serve

test: $(VENV)/.ready-dev ## run all tests: SQLite, and PostgreSQL and Chromium where the machine has them
	@$(BIN)/python -m tests.run_all

test-sqlite: $(VENV)/.ready-dev ## run the tests on SQLite (TESTS=path narrows)
	$(BIN)/pytest -m "not browser" $(TESTS)

test-postgresql: $(VENV)/.ready-dev ## run the tests on a private PostgreSQL
	$(BIN)/pytest -m "not browser" --db postgresql $(TESTS)

test-browser: $(VENV)/.ready-dev ## run the browser journeys in Chromium
	$(BIN)/pytest -m browser tests/browser

fix: $(VENV)/.ready-dev ## mend what the linter can mend
	$(BIN)/ruff check --fix .

lint: $(VENV)/.ready-dev ## style and types
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python

check: lint test ## everything CI runs: lint, types, translations, migrations, tests, browser

bench: $(VENV)/.ready-dev ## measure speed on this machine, on SQLite and PostgreSQL
	$(BIN)/python -m bench

screenshots: $(VENV)/.ready-dev ## write the main pages at 390 and 1440 px, in Korean and English, into screenshots/
	$(BIN)/python -m tests.browser.screenshots

clean: ## remove the environment, the demo's instance and all caches
	rm -rf $(VENV) instance screenshots .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed ($(PYTHON))."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Could not make an environment. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the shop needs (about half a minute, once)…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

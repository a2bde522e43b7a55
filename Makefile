# `make run` shows everything living at http://localhost:8000. `make test` proves that it works.
SHELL := /bin/bash -euo pipefail
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test test-heavy proofs check fmt setup translations bench lock vendor clean

BIN := .venv/bin
READY := .venv/.ready
# The browser that tests drive: Debian's, or any other that CHROMIUM names.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || echo chromium)
export CHROMIUM
# Tests answer for the code, not for the settings of the shell they start from.
CLEAN := env -u DATABASE_URL -u DATA_DIR -u PORT -u DEMO -u SECRET_KEY -u SMTP_URL -u STORAGE_URL -u WEB_CONCURRENCY
PYTEST := $(CLEAN) $(BIN)/pytest -n 2

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup ## Set up, fill the demo, serve at http://localhost:8000 (or PORT)
	@exec $(BIN)/python app.py

test: browser check ## Set up, check the code, run the tests on SQLite and on PostgreSQL
	@echo "== tests"; $(PYTEST)

# Fewer rounds where time is short: make test-heavy SLOT_ROUNDS=50 RACE_ROUNDS=20 CRASH_CYCLES=20
test-heavy: export SLOT_ROUNDS ?= 500
test-heavy: export RACE_ROUNDS ?= 100
test-heavy: export CRASH_CYCLES ?= 200
test-heavy: export PAPERS ?= 100000
test-heavy: export INVOICES ?= 1000
test-heavy: export BILL_RUN_MEMBERS ?= 2500
test-heavy: browser setup ## The tests that take long: races in hundreds of rounds, kill -9, growth
	@$(PYTEST) -n 0 -m "heavy or repeated"

proofs: browser setup ## Run the tests that prove what the privacy policy promises, and record which were green
	@RECORD_PROOFS=1 $(PYTEST) -m "proves and not heavy"

check: setup ## Style, types, import contracts, catalogues, our own rules
	@echo "== ruff"; $(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@echo "== mypy"; $(BIN)/mypy --no-error-summary
	@echo "== import contracts"; $(BIN)/lint-imports --no-logo
	@echo "== vendored files"; $(BIN)/python scripts/vendored.py
	@echo "== catalogues"; $(BIN)/python scripts/catalogues.py check
	@echo "== architecture"; TEST_DATABASES=sqlite $(CLEAN) $(BIN)/pytest -q -n 0 tests/architecture

fmt: setup ## Format the code and mend what can be mended
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format .

translations: setup ## Bring the catalogues in line with the source
	@$(BIN)/python scripts/catalogues.py update

bench: setup ## Measure ours against bare Flask, see tests/bench
	@$(CLEAN) $(BIN)/python -m tests.bench

setup: $(READY) .venv/.catalogues ## Python packages and compiled catalogues; instant when nothing changed

$(READY): requirements-dev.txt requirements-uv.txt
	@scripts/debian.sh venv
	@test -x $(BIN)/pip || python3 -m venv --clear .venv
	@echo "Setting up .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip sync --quiet --require-hashes requirements-dev.txt
	@touch $@

.venv/.catalogues: $(READY) $(wildcard translations/*/LC_MESSAGES/messages.po)
	@$(BIN)/python scripts/catalogues.py compile
	@touch $@

.PHONY: browser
browser:
	@scripts/debian.sh browser

lock: $(READY) ## Choose new versions within pyproject.toml, with hashes
	@echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(LOCK) - -o requirements-uv.txt
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

# --universal: one lock for every platform. No header, so that it names no machine.
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

vendor: ## Copy what the browser gets from npm; needs Node
	@scripts/vendor.sh

clean: ## Remove what the tools made; the demo's data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules test-results

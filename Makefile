# `make run` starts everything from nothing; `make test` runs the whole suite.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
RASA := nlu/rasa
PIP := --disable-pip-version-check --progress-bar on

.PHONY: help setup run test lint bench eval model
help: ## List the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "make %-7s %s\n", $$1, $$2}'

setup: $(BIN)/.ready .env model ## Leave everything ready: both environments, model, database, demo agency
	@$(BIN)/motcua migrate
	@$(BIN)/motcua demo

run: setup ## Run web, worker, scheduler, nlu and the sandbox; Ctrl-C ends them
	@exec $(BIN)/motcua dev

test: setup ## Run the whole test suite
	@$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile

lint: $(BIN)/.ready ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: setup ## Measure the figures that the README tells
	@$(BIN)/python -m tests.bench

eval: setup ## Measure the understanding on the development questions
	@$(BIN)/python -m tests.understanding

model: $(RASA)/.venv/.ready
	@$(BIN)/python -m nlu.train

.env: | $(BIN)/.ready
	@$(BIN)/motcua init

$(BIN)/.ready: pyproject.toml tests/requirements.lock
	@test -n "$(PYTHON)" || { echo "Một Cửa needs Python 3.11 or newer; install it, or say make PYTHON=/path/to/python"; exit 1; }
	@echo "• the application's environment (about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install $(PIP) -r tests/requirements.lock
	@$(BIN)/python -m pip install $(PIP) --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

$(RASA)/.venv/.ready: $(RASA)/requirements.lock | $(BIN)/.ready
	@echo "• Rasa's environment, on Python 3.10 (three to five minutes)"
	@test -x $(RASA)/.venv/bin/python || "$$($(BIN)/python -m nlu.interpreter)" -m venv $(RASA)/.venv
	@$(RASA)/.venv/bin/python -m pip install $(PIP) --no-deps -r $(RASA)/requirements.lock
	@touch $@

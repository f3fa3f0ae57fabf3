# Signalbox. `make help` lists what there is to make.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin

# The first Python on the path that is new enough and can make virtual environments.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# The locks are compiled with these, and without an index address in them.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --generate-hashes --no-emit-index-url --no-header

# The files side by side. A worker that dies ends the run and names its test: pytest-xdist 3.8 lets the one that replaces
# it wait for ever at the end of the run (its issue 1378).
SIDE_BY_SIDE := --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# Tests wait a quarter of their time, so there is work for one more than there are cores.
PROCESSES := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

# ONCE=1 plays the tickets, decides by script, prints JSON and stops. PORT_BASE=18000 moves all ports there.
DEMO_OPTIONS = $(if $(ONCE),--once --json) $(if $(PORT_BASE),--port-base $(PORT_BASE))

# The sandbox loads the chapters of the workflow for every case, and every part is a process: from byte code.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-helpdesk test long install check bench soak screenshots histories lock clean

help: ## List what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## Play real-looking tickets on an embedded engine (ONCE=1, PORT_BASE=18000)
	@$(BIN)/signalbox demo $(DEMO_OPTIONS)

demo-helpdesk: $(VENV)/.installed-dev ## The same with tickets from a real django-helpdesk (ONCE=1, PORT_BASE=18000)
	@$(BIN)/python -m starter.command_line.demo_helpdesk $(DEMO_OPTIONS)

test: $(VENV)/.installed-dev ## Run the tests, several files at once (the long ones: make long)
	$(BIN)/pytest -m "not long" --numprocesses $(PROCESSES) $(SIDE_BY_SIDE)

long: $(VENV)/.installed-dev ## Run the tests that take long: random kills, a real helpdesk, the demo, the benchmarks
	$(BIN)/pytest -m long --numprocesses auto $(SIDE_BY_SIDE) -o faulthandler_timeout=2400

install: $(VENV)/.installed ## Install what running needs into .venv

check: $(VENV)/.installed-dev ## Check style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## Measure tickets per second, latency, processor time and memory
	$(BIN)/python -m bench

soak: $(VENV)/.installed-dev ## Kill every part at random, 200 seeded runs; then models, helpdesks and shops that fail
	$(BIN)/python -m bench.soak
	$(BIN)/python -m bench.chaos
	$(BIN)/python -m bench.helpdesk_chaos
	$(BIN)/python -m bench.lost_refunds
	$(BIN)/python -m bench.approval_pairs

screenshots: $(VENV)/.installed-dev ## Photograph the desk for the README
	$(BIN)/python -m bench.screenshots

histories: $(VENV)/.installed-dev ## Record anew the histories the replay tests play
	$(BIN)/python -m tests.replay.record_histories

lock: $(VENV)/.installed-dev ## Compile both lock files from pyproject.toml
	$(COMPILE) --extra local --extra embedded --output-file requirements.lock
	$(COMPILE) --all-extras --output-file requirements-dev.lock

clean: ## Remove what was installed and cached; the demo's data in .signalbox stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp a lock file: pip runs again only when what it installed from has changed.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what running needs; the first time takes a minute or two."
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing what running and testing need; the first time takes a minute or two."
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Signalbox needs Python 3.11 or later that can make virtual environments."; \
		echo "On Debian or Ubuntu: apt-get install python3 python3-venv. Or name one: make PYTHON=/path/to/python3.11 …"; \
		exit 1; \
	fi >&2
	@$(PYTHON) -m venv $(VENV)

# Everything runs in .venv, which make builds from pyproject.toml and constraints.txt. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter on the path that is new enough; `make PYTHON=/path/to/python` names another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)

BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
TYPED := src $(wildcard tests/typing)
STYLED := src tests $(wildcard benchmarks) $(wildcard examples)
PACKAGES := chromium chromium-driver fonts-noto-cjk fonts-dejavu postgresql

.PHONY: help install test test-fast lint format docs demo bench deep sweep mutants coverage system-deps clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/base.stamp: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "expected Python 3.11 or newer on the path, got none: install it or call make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(PIP) hatchling editables
	@touch $@

.venv/cli.stamp: .venv/base.stamp
	$(PIP) --no-build-isolation -e '.[cli]'
	@touch $@

.venv/dev.stamp: .venv/base.stamp
	$(PIP) --no-build-isolation -e '.[dev]'
	@touch $@ .venv/cli.stamp

.venv/docs.stamp: .venv/base.stamp
	$(PIP) --no-build-isolation -e '.[docs]'
	@touch $@

install: .venv/dev.stamp .venv/docs.stamp ## build .venv with all that the gates need

test: .venv/dev.stamp system-deps ## all tests
	$(PYTEST) -n $(WORKERS) -m "not sweep and not bench"

test-fast: .venv/dev.stamp ## the everyday loop, under two minutes: no slow tests
	$(PYTEST) -n $(WORKERS) -m "not sweep and not bench and not slow" -q

lint: .venv/dev.stamp ## ruff, mypy, pyright, import-linter
	$(BIN)/ruff check $(STYLED)
	$(BIN)/ruff format --check $(STYLED)
	$(BIN)/mypy $(TYPED)
	$(BIN)/pyright --pythonpath $(BIN)/python $(TYPED)
	$(BIN)/lint-imports

format: .venv/dev.stamp ## let ruff put the code in shape
	$(BIN)/ruff check --fix $(STYLED)
	$(BIN)/ruff format $(STYLED)

docs: .venv/docs.stamp ## build the site; a broken link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

demo: .venv/cli.stamp ## run the demonstration, which writes to demo-out/
	rm -rf demo-out
	$(BIN)/renewkit demo --out demo-out

bench: .venv/dev.stamp ## time us beside our peers, one table
	$(BIN)/python benchmarks/run.py

deep: .venv/dev.stamp ## the laws with 5,000 examples each
	HYPOTHESIS_PROFILE=deep $(PYTEST) -n $(WORKERS) tests/properties tests/conformance

sweep: .venv/dev.stamp ## the exhaustive walks over years, zones and currencies
	$(PYTEST) -n $(WORKERS) -m sweep

coverage: .venv/dev.stamp ## which branches the tests leave out
	$(PYTEST) -n $(WORKERS) -m "not sweep and not bench" --cov --cov-report=term

mutants: .venv/dev.stamp ## change the code on purpose: each change must turn a test red
	$(BIN)/python tests/mutants/run.py

system-deps: ## what tests need beside Python: a browser, fonts, a database server
	@bash .ci/system-deps $(PACKAGES)

clean: ## remove what make made
	rm -rf .venv site demo-out .coverage .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

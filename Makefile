# Two commands do everything on a fresh machine with Python 3.11+: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export ALLOW_PRIVATE_PROVIDERS ?= 1

.PHONY: help run demo chaos test bench pictures picture-of-house shape format lint types catalogs messages lock clean

help:            ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: $(VENV)/run.stamp            ## Run the application with its sandbox; Ctrl-C stops it
	@exec $(BIN)/python manage.py run

demo: $(VENV)/run.stamp           ## Do the main job without a browser (RECIPIENTS=n, GATEWAY_URL=…, WAIT=seconds)
	@exec $(BIN)/python manage.py demo

test: $(VENV)/test.stamp lint types catalogs   ## Lint, types and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not journey and not browser"
	NOTIFYADMIN_TEST_ON=postgres $(BIN)/python -m pytest -n 2 --dist worksteal -m "stores"
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "journey or browser"

chaos: $(VENV)/test.stamp         ## Kill everything while campaigns run (KILLS=n, SEED=n, RECIPIENTS=n, STACK=sqlite|postgres|both)
	@exec $(BIN)/python -m tests.chaos

bench: $(VENV)/test.stamp         ## Measure sending and what is required of it (BENCH="plain cost --quick", "profile batch")
	@$(BIN)/python -m tests.bench $(BENCH)

pictures: $(VENV)/test.stamp      ## Take the pictures of the documents anew, from the sandbox (needs a Chromium)
	@$(BIN)/python -m tests.pictures

picture-of-house: $(VENV)/test.stamp   ## Draw docs/pictures/house.svg anew, from the imports
	@$(BIN)/python -m tests.shape.house

shape: $(VENV)/test.stamp         ## Print how the house is built: knots, lengths, words (PLACES=1 says where)
	@$(BIN)/python -m tests.shape $(if $(PLACES),--places)

format: $(VENV)/test.stamp        ## Lay out Python, templates and style sheets
	$(BIN)/ruff format .
	$(BIN)/djangofmt --quiet templates
	$(BIN)/python -m tests.style_sheets

lint: $(VENV)/test.stamp          ## Style, imports and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djangofmt --check templates
	$(BIN)/python -m tests.style_sheets --check
	$(BIN)/lint-imports --no-cache

types: $(VENV)/test.stamp         ## Static types
	$(BIN)/mypy

catalogs: $(VENV)/run.stamp       ## Compile the translation catalogs
	@$(BIN)/python manage.py compilecatalogs

messages: $(VENV)/run.stamp       ## Collect strings into the catalogs (needs gettext)
	@$(BIN)/python manage.py collectmessages

lock:                             ## Pin every dependency by hash again, from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --quiet --output-file requirements.txt
	uv pip compile pyproject.toml --extra test --constraint requirements.txt --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-test.txt

clean:                            ## Remove the virtual environment and caches; data in var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/pip.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=python3.12, for example."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.txt $(VENV)/pip.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements-test.txt $(VENV)/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

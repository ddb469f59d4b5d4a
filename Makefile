# Every task of the project. `make help` lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PORT ?= 8000
EVENT ?=
ARGS ?=
export PORT

# Any Python from 3.11 on; PYTHON=/some/python chooses one.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
GEWU = .venv/bin/gewu
IN = .venv/bin/python

.PHONY: help setup setup-dev frontend demo demo-reset test test-postgresql check screenshots bench lock po explain clean python

help: ## list every task
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Gewu needs Python 3.11 or newer, and none was found."; \
	  echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv) or name it: make demo PYTHON=/path/to/python3.11"; \
	  exit 1; }

setup: python ## install what serving needs; only what changed is done again
	@"$(PYTHON)" -m tools.prepare run

setup-dev: python ## the same, and what testing needs
	@"$(PYTHON)" -m tools.prepare dev

frontend: setup ## build scripts and styles anew, if they changed

demo: setup ## serve the demo world on PORT (8000); its data are kept. SCENE=nantong shows another place
	@exec $(GEWU) demo $(if $(SCENE),--scene $(SCENE))

demo-reset: setup ## throw the demo's data away and start over
	@exec $(GEWU) demo --reset $(if $(SCENE),--scene $(SCENE))

test: setup-dev ## run every test; ARGS="-k word" chooses some
	@$(IN) -m tools.browser install
	@$(IN) -m tools.testing all $(ARGS)

test-postgresql: setup-dev ## the tests that must pass on both databases, on a local PostgreSQL
	@$(IN) -m tools.testing postgresql $(ARGS)

check: setup-dev ## format, lint, types, imports, translations, architecture, documents
	@$(IN) -m tools.checks

screenshots: setup-dev ## every main page, both sizes, light and dark, into screenshots/
	@$(IN) -m tools.browser install
	@$(IN) -m tools.screenshots

bench: setup-dev ## measure: a table, and the same as JSON
	@$(IN) -m benchmarks $(ARGS)

lock: setup-dev ## choose package versions anew, within what pyproject.toml and requirements/*.in allow
	@$(IN) -m tools.lock $(ARGS)

po: setup-dev ## bring the English catalogue up to date with the sentences in the code
	@$(IN) -m tools.translations update

explain: setup ## what follows from an event: make explain EVENT=CaseClosed
	@$(GEWU) explain $(EVENT)

clean: ## remove everything that was installed or built; data in var/ stay
	rm -rf .venv build screenshots frontend/node_modules src/gewu/web/static src/*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

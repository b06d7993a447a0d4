# `make help` lists what there is. Works with GNU make 3.81 and later.
# Variables of `make run`, all optional: PORT, DATA_DIR, ADMIN_USERNAME, ADMIN_PASSWORD, DEMO,
# DATABASE_URL, REDIS_URL. README.md explains them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# These files mark a finished installation: one for `make run` alone, one for everything.
RUN_STAMP := $(VENV)/.installed-run
STAMP := $(VENV)/.installed-dev
# Of `make test`: what to run, how many at a time, and pytest's own options.
TESTS ?= tests
WORKERS ?= auto
OPTIONS ?=
# Whole files, in the order of tests/conftest.py.
XDIST = --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
# Of `make test-clouds`: which ones, by the names of the scripts in tests/clouds/real; none: all.
CLOUDS ?=

# What processes import is compiled once, whatever the shell says. Tests start hundreds of them, and
# each process of a run would take three seconds and 8 MiB more.
run check test test-postgres: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-postgres test-clouds soak bench check format requirements schema pictures providers resources client migrations clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_STAMP) ## set up what is missing and serve on http://127.0.0.1:8000 (PORT, DATA_DIR, DEMO ...)
	@exec $(BIN)/python -m gateway.run --remember

test: $(STAMP) ## the whole test suite (TESTS=tests/gateway: a part of it)
	@exec $(BIN)/python -m pytest $(XDIST) $(OPTIONS) $(TESTS)

test-postgres: $(STAMP) ## the same on a throw-away PostgreSQL, from PATH or Debian's package
	@exec $(BIN)/python -m tests.postgres pytest $(XDIST) $(OPTIONS) $(TESTS)

test-clouds: $(STAMP) ## start real clouds, test against them, stop them (CLOUDS="libvirt docker": these)
	@exec $(BIN)/python -m tests.clouds.real $(CLOUDS)

bench: $(STAMP) ## measure beside what it can be judged by (ONLY=ec2_list: one; SHORT=1: the short form)
	@exec $(BIN)/python -m benchmarks $(if $(SHORT),--short) $(ONLY)

soak: $(STAMP) ## kill workers (SOAK_KILLS, SOAK_SEED), mutate replies (SOAK_REPLIES), fail parts, hold streams, model reads
	@SOAK_KILLS=$${SOAK_KILLS:-100} SOAK_REPLIES=$${SOAK_REPLIES:-all} \
		SOAK_OUTAGE_JOBS=$${SOAK_OUTAGE_JOBS:-60} MODEL_EXAMPLES=$${MODEL_EXAMPLES:-300} \
		SOAK_STREAMS=$${SOAK_STREAMS:-1000} SOAK_ROUNDS=$${SOAK_ROUNDS:-20} \
		exec $(BIN)/python -m pytest tests/soak tests/inventory/live/test_model.py

check: $(STAMP) ## lint, types, import contracts, migrations, schema, Django's checks, advisories, pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py graphql_schema --out $(VENV)/schema.graphql > /dev/null
	@diff -u schema.graphql $(VENV)/schema.graphql || { \
		echo "schema.graphql differs from the code: make schema" >&2; exit 1; }
	$(BIN)/python manage.py check
	@echo "manage.py check --deploy, as in production"; DATA_DIR=$(VENV)/deploy \
		GATEWAY_ENV=production ALLOWED_HOSTS=gateway.example.org \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') \
		CREDENTIAL_KEYS=$$($(BIN)/python -c \
			'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/python -m tests.dependencies
	@gateway/frontend/check

format: $(STAMP) ## rewrite the sources as `make check` wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

requirements: $(STAMP) ## pin requirements*.txt anew from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate -q \
		pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate -q \
		--extra run -c requirements.txt pyproject.toml -o requirements-run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate -q \
		--extra dev -c requirements-run.txt pyproject.toml -o requirements-dev.txt

schema: $(STAMP) ## write schema.graphql from the code
	$(BIN)/python manage.py graphql_schema

pictures: $(STAMP) ## take the documents' pictures of the pages anew; look at each before it is committed
	@exec $(BIN)/python -m tests.functional.pictures

providers: $(STAMP) ## write docs/providers.md from the kinds of clouds
	$(BIN)/python manage.py providers_reference > $(VENV)/providers.md
	@mv $(VENV)/providers.md docs/providers.md

resources: $(STAMP) ## write docs/resources.md from the declarations of resources
	$(BIN)/python manage.py resources_reference > $(VENV)/resources.md
	@mv $(VENV)/resources.md docs/resources.md

client: $(STAMP) ## write the typed client's generated part from its operations and schema.graphql
	$(BIN)/python gateway/client/generate.py

migrations: $(STAMP) ## write the migrations that the models need
	$(BIN)/python manage.py makemigrations

clean: ## remove the virtual environment and every cache; data stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is written last: a set-up that was interrupted is done again.
$(RUN_STAMP): requirements-run.txt
	@$(PYTHON) gateway/run/install.py run
	@touch $@

$(STAMP): requirements-dev.txt
	@$(PYTHON) gateway/run/install.py dev
	@touch $(RUN_STAMP) $@

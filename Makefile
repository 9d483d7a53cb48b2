# Needs only python3 (3.11 to 3.13) and make. Everything is installed below this directory:
# Poetry into .tools, the project's packages into .venv.

PYTHON ?= python3
POETRY_VERSION := 2.5.1
POETRY_MIRROR_PLUGIN_VERSION := 0.6.5

TOOLS := .tools/poetry-$(POETRY_VERSION)
POETRY := POETRY_VIRTUALENVS_IN_PROJECT=true POETRY_PYPI_MIRROR_URL="$$($(TOOLS)/bin/python scripts/package_index.py)" $(TOOLS)/bin/poetry
RUN := .venv/bin/python

# Variables given on the command line, such as CATEGORY, reach the scripts by the environment, so
# that no value is ever read by a shell.
export CATEGORY IMAGES META COPY ALLOW_MISMATCH EMBEDDERS SHARED_DATA NAME FROM PRESET TRUNK WEIGHTS \
	AUGMENTATION EPOCHS DEVICE RESUME FORCE DRY_RUN CONFIRM_DELETES DUPLICATES VERIFY ROLLBACK REMOVE \
	JOB CANCEL RETRY WAIT RUN_JOBS

.DEFAULT_GOAL := help
.PHONY: help install run api demo-data index generations jobs compare train export test check format lock bench bench-sync bench-ingest bench-embedders bench-training bench-first-run default-embedder clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed-main ## Install what serving needs (no torch)

run: .venv/.installed-main ## Serve the page and the API; the first run draws and indexes the demo
	@$(RUN) -m scripts.serve

api: .venv/.installed-main ## Serve the HTTP API alone
	@$(RUN) -m scripts.api

demo-data: .venv/.installed-main ## Draw the demo categories: shoes, logos, tiles
	@$(RUN) -m scripts.demo_data

index: .venv/.installed-main ## Index a folder, or what changed: CATEGORY=name [IMAGES=path] [META=file.csv] [COPY=1] [ALLOW_MISMATCH=1] [DRY_RUN=1] [CONFIRM_DELETES=1] [DUPLICATES=skip] [VERIFY=1]
	@$(RUN) -m scripts.index

generations: .venv/.installed-main ## List generations: [CATEGORY=name] [ROLLBACK=previous|name] [REMOVE=old|name]
	@$(RUN) -m scripts.generations

jobs: .venv/.installed-main ## List jobs, or JOB=id, CANCEL=id, RETRY=id, WAIT=id
	@$(RUN) -m scripts.jobs

compare: .venv/.installed-main ## Compare the embedders on a category: CATEGORY=name [EMBEDDERS=a,b] [ALLOW_MISMATCH=1]
	@$(RUN) -m scripts.compare

train: .venv/.installed-all ## Train on a category: CATEGORY=name [NAME=model] [FROM=model | PRESET=name] [EPOCHS=n] [RESUME=1] [FORCE=1]
	@$(RUN) -m scripts.train

export: .venv/.installed-all ## Make a trunk serve without training: TRUNK=resnet50 NAME=model [WEIGHTS=file] [IMAGES=path]
	@$(RUN) -m scripts.export

test: .venv/.installed-all ## Install what the tests need, torch and Chromium included, and run them all
	@$(RUN) -m scripts.install_browser
	@$(RUN) -m pytest -n auto --dist loadgroup

check: .venv/.installed-all ## Check style, types and the architecture
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports

format: .venv/.installed-dev ## Format the code
	@$(RUN) -m ruff check --fix-only .
	@$(RUN) -m ruff format .

lock: $(TOOLS)/.ready ## Resolve the dependencies anew after a change of pyproject.toml
	$(POETRY) lock

bench: .venv/.installed-dev ## Print the figures that the documents quote
	@$(RUN) -m scripts.demo_data
	@$(RUN) -m scripts.index
	@$(RUN) -m scripts.bench_query
	@$(RUN) -m scripts.bench_store
	@$(RUN) -m scripts.bench_zoo

bench-sync: .venv/.installed-main ## Time syncing: nothing changed, 100 of 10,000 changed, all new
	@$(RUN) -m scripts.bench_sync

bench-ingest: .venv/.installed-main ## Time taking 10,000 photographs in, and searching over HTTP while a job runs
	@$(RUN) -m scripts.bench_ingest sync
	@$(RUN) -m scripts.bench_ingest served

bench-embedders: .venv/.installed-main ## Score the embedders on the demo and, with SHARED_DATA=folder, on public pictures
	@$(RUN) -m scripts.benchmark_embedders

bench-training: .venv/.installed-all ## Print the figures on training, export and int8 (half an hour)
	@$(RUN) -m scripts.bench_training head
	@$(RUN) -m scripts.bench_training pipeline
	@$(RUN) -m scripts.bench_training int8 models/compact
	@$(RUN) -m scripts.bench_training speed models/compact --sizes 96,112,128,144,160
	@$(RUN) -m scripts.bench_training negatives

default-embedder: .venv/.installed-all ## Train the embedder that is shipped anew (hours): SHARED_DATA=folder
	@$(RUN) -m scripts.default_embedder

bench-first-run: ## Clone into an empty directory and time 'make run' up to the first result
	@$(PYTHON) scripts/bench_first_run.py

clean: ## Remove what was installed and cached (never data/)
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(TOOLS)/.ready:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Python 3.11 to 3.13 is needed; name one with 'make PYTHON=/path/to/python3.12'." >&2; exit 2; }
	@$(PYTHON) -m venv $(TOOLS)
	@echo "Installing Poetry $(POETRY_VERSION) into $(TOOLS)"
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check \
		poetry==$(POETRY_VERSION) poetry-plugin-pypi-mirror==$(POETRY_MIRROR_PLUGIN_VERSION)
	@touch $@

# Made here rather than by Poetry, which would go on using an environment of its own elsewhere.
.venv/pyvenv.cfg: | $(TOOLS)/.ready
	@$(PYTHON) -m venv --without-pip .venv

# Each stamp only adds to the one before: a synchronising install would drop the larger groups.
.venv/.installed-main: .venv/pyvenv.cfg pyproject.toml poetry.lock
	@$(POETRY) install --no-root --no-interaction --only main
	@touch $@

.venv/.installed-dev: .venv/.installed-main
	@$(POETRY) install --no-root --no-interaction --with dev
	@touch $@

.venv/.installed-all: .venv/.installed-dev
	@$(POETRY) install --no-root --no-interaction --with dev,metrics
	@touch $@

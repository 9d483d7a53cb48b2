# Needs only python3 (3.11 to 3.13) and make. Everything is installed below this directory:
# Poetry into .tools, the project's packages into .venv.

PYTHON ?= python3
POETRY_VERSION := 2.5.1
POETRY_MIRROR_PLUGIN_VERSION := 0.6.5

TOOLS := .tools/poetry-$(POETRY_VERSION)
POETRY := POETRY_VIRTUALENVS_IN_PROJECT=true POETRY_PYPI_MIRROR_URL="$$($(TOOLS)/bin/python scripts/package_index.py)" $(TOOLS)/bin/poetry
RUN := .venv/bin/python

# Containers write data/ as whoever runs make, but never as root. docs/containers.md.
COMPOSE ?= docker compose
export APP_UID ?= $(filter-out 0,$(shell id -u))
LOCAL := $(COMPOSE) --file docker-compose-local.yaml
CLOUD := $(COMPOSE) --file docker-compose-cloud.yaml
UP := up --build --detach --wait

# Variables given on the command line, such as CATEGORY, reach the scripts by the environment, so
# that no value is ever read by a shell.
export CATEGORY IMAGES META COPY ALLOW_MISMATCH EMBEDDERS SHARED_DATA NAME FROM PRESET TRUNK WEIGHTS \
	AUGMENTATION EPOCHS DEVICE RESUME FORCE DRY_RUN CONFIRM_DELETES DUPLICATES VERIFY ROLLBACK REMOVE \
	JOB CANCEL RETRY WAIT RUN_JOBS FILES URLS LABEL MODEL TO AT KEEP REMOVE_SOURCE

.DEFAULT_GOAL := help
.PHONY: help install run api demo-data index add upload migrate backup restore generations jobs compare train export test check format lock bench bench-sync bench-ingest bench-edits bench-storage bench-backup bench-embedders bench-training bench-first-run bench-container bench-scale default-embedder doctor notebooks run-local-build run-local-build-qdrant-restart run-local-build-interactive-restart run-cloud-build run-cloud-build-qdrant-restart run-cloud-build-interactive-restart logs down clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-36s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed-main ## Install what serving needs (no torch)

run: .venv/.installed-main ## Serve the page and the API; the first run draws and indexes the demo
	@$(RUN) -m scripts.serve

api: .venv/.installed-main ## Serve the HTTP API alone
	@$(RUN) -m scripts.api

demo-data: .venv/.installed-main ## Draw the demo categories: shoes, logos, tiles
	@$(RUN) -m scripts.demo_data

index: .venv/.installed-main ## Index a folder, or what changed: CATEGORY=name [IMAGES=path] [META=table] [COPY=1] [ALLOW_MISMATCH=1] [DRY_RUN=1] [CONFIRM_DELETES=1] [DUPLICATES=skip] [VERIFY=1]
	@$(RUN) -m scripts.index

add: .venv/.installed-main ## Add images: CATEGORY=name FILES="a.zip folder b.jpg" [URLS=list.txt] [META=table] [LABEL=class] [DUPLICATES=skip] [ALLOW_MISMATCH=1]
	@$(RUN) -m scripts.add

upload: .venv/.installed-main ## Put a category into the bucket: CATEGORY=name [MODEL=name] [DRY_RUN=1] [CONFIRM_DELETES=1]
	@$(RUN) -m scripts.upload

migrate: .venv/.installed-main ## Move an index between the engines: TO=server|embedded [CATEGORY=name] [FORCE=1] [REMOVE_SOURCE=1]
	@$(RUN) -m scripts.migrate

backup: .venv/.installed-main ## Save categories: TO=directory|s3://bucket/prefix [CATEGORY=name] [IMAGES=1] [KEEP=n of each]
	@$(RUN) -m scripts.backup

restore: .venv/.installed-main ## Restore: FROM=directory|s3://bucket/prefix [CATEGORY=name] [AT=backup] [FORCE=1]
	@$(RUN) -m scripts.restore

generations: .venv/.installed-main ## List generations: [CATEGORY=name] [ROLLBACK=previous|name] [REMOVE=old|name]
	@$(RUN) -m scripts.generations

jobs: .venv/.installed-main ## List jobs, or JOB=id, CANCEL=id, RETRY=id, WAIT=id
	@$(RUN) -m scripts.jobs

doctor: .venv/.installed-main ## Print every setting and its source, check everything, say what to do
	@$(RUN) -m scripts.doctor

compare: .venv/.installed-main ## Compare the embedders on a category: CATEGORY=name [EMBEDDERS=a,b] [ALLOW_MISMATCH=1]
	@$(RUN) -m scripts.compare

train: .venv/.installed-all ## Train on a category: CATEGORY=name [NAME=model] [FROM=model | PRESET=name] [EPOCHS=n] [RESUME=1] [FORCE=1]
	@$(RUN) -m scripts.train

export: .venv/.installed-all ## Make a trunk serve without training: TRUNK=resnet50 NAME=model [WEIGHTS=file] [IMAGES=path]
	@$(RUN) -m scripts.export

notebooks: .venv/.installed-notebooks ## Open the notebooks in JupyterLab
	@$(RUN) -m jupyterlab notebooks

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

bench-sync: .venv/.installed-main ## Time syncing: nothing changed, 100 of 10,000 changed, all new; 10 new in 50,000
	@$(RUN) -m scripts.bench_sync
	@$(RUN) -m scripts.bench_sync --files 50000 --changed 10 --side-px 64

bench-ingest: .venv/.installed-main ## Time taking 10,000 photographs in, and searching over HTTP while a job runs
	@$(RUN) -m scripts.bench_ingest sync
	@$(RUN) -m scripts.bench_ingest served

bench-edits: .venv/.installed-main ## Time correcting, removing and ordering 50,000 records
	@$(RUN) -m scripts.bench_edits

bench-storage: .venv/.installed-dev ## Time a category in a bucket against one on the disk
	@$(RUN) -m scripts.bench_storage

bench-backup: .venv/.installed-main ## Time saving and restoring 50,000 x 256
	@$(RUN) -m scripts.bench_backup

bench-embedders: .venv/.installed-main ## Score the embedders on the demo and, with SHARED_DATA=folder, on public pictures
	@$(RUN) -m scripts.benchmark_embedders

bench-training: .venv/.installed-all ## Print the figures on training, export and int8 (half an hour)
	@$(RUN) -m scripts.bench_training head
	@$(RUN) -m scripts.bench_training pipeline
	@$(RUN) -m scripts.bench_training int8 models/compact
	@$(RUN) -m scripts.bench_training speed models/compact --sizes 96,112,128,144,160
	@$(RUN) -m scripts.bench_training negatives

bench-scale: .venv/.installed-main ## Time the embedded engine at growing sizes; print how to size a cluster
	@$(RUN) -m scripts.bench_scale

default-embedder: .venv/.installed-all ## Train the embedder that is shipped anew (hours): SHARED_DATA=folder
	@$(RUN) -m scripts.default_embedder

bench-first-run: ## Clone into an empty directory and time 'make run' up to the first result
	@$(PYTHON) scripts/bench_first_run.py

bench-container: .venv/.installed-main ## Build the serving image; print its size and the seconds to ready: [BASE_IMAGE=image]
	@$(RUN) -m scripts.bench_container

run-local-build: ## Build and start containers: Qdrant's server, the page and the API over data/
	@test "$$(id -u)" != 0 || test "$$(stat -c %u data)" = "$${APP_UID:-10001}" \
		|| { echo "Containers do not run as root: give them data/ with 'chown -R 10001 data'." >&2; exit 2; }
	@$(LOCAL) $(UP) --remove-orphans

run-local-build-qdrant-restart: ## Make the local containers' Qdrant anew
	@$(LOCAL) $(UP) --no-deps --force-recreate qdrant

run-local-build-interactive-restart: ## Build and make the local containers' page and API anew
	@$(LOCAL) $(UP) --no-deps --force-recreate interactive

run-cloud-build: ## Build and start containers: Qdrant's server, the page, the API, over a bucket
	@$(CLOUD) $(UP) --remove-orphans

run-cloud-build-qdrant-restart: ## Make the cloud's Qdrant anew
	@$(CLOUD) $(UP) --no-deps --force-recreate qdrant

run-cloud-build-interactive-restart: ## Build and make the cloud's page and API anew
	@$(CLOUD) $(UP) --no-deps --force-recreate interactive api

logs: ## Follow what the containers print
	@$(COMPOSE) --project-name visual-similarity-search logs --follow --tail 100

down: ## Stop and remove the containers; what they stored stays
	@$(COMPOSE) --project-name visual-similarity-search down

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

.venv/.installed-notebooks: .venv/.installed-all
	@$(POETRY) install --no-root --no-interaction --with dev,metrics,notebooks
	@touch $@

# Targets: `serving` (the default; no torch) and `training`. What they are made of, and how to run
# them: docs/containers.md. It needs nothing that only BuildKit knows.

# Any image with Python 3.11 to 3.13, its venv module and certificates: one made locally will do.
ARG BASE_IMAGE=python:3.11.14-slim-bookworm


# What serving needs, installed as the Makefile installs it.
FROM ${BASE_IMAGE} AS packages

# The package index and its certificate, where pip's defaults do not reach it. This stage is not
# part of an image: what they say stays behind. They are pip's own names.
ARG PIP_INDEX_URL
ARG PIP_TRUSTED_HOST

# The system's certificates rather than those that pip and Requests bring along, so that an
# authority added to the base image counts.
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt \
    PIP_NO_CACHE_DIR=1 \
    POETRY_CACHE_DIR=/tmp/poetry \
    POETRY_VIRTUALENVS_IN_PROJECT=true

WORKDIR /app
ARG POETRY_VERSION=2.5.1
ARG POETRY_MIRROR_PLUGIN_VERSION=0.6.5
RUN python3 -m venv /poetry \
    && /poetry/bin/python -m pip install --quiet --disable-pip-version-check \
        poetry==${POETRY_VERSION} poetry-plugin-pypi-mirror==${POETRY_MIRROR_PLUGIN_VERSION}
COPY scripts/package_index.py scripts/
COPY pyproject.toml poetry.lock ./
# Compiled here because nothing can be written when it runs; packages may hold files for newer
# Pythons only, which is no error. The tests and headers of others are left out; NumPy's own tests
# stay, since it imports some of them.
RUN python3 -m venv --without-pip .venv \
    && export POETRY_PYPI_MIRROR_URL="$(/poetry/bin/python scripts/package_index.py)" \
    && /poetry/bin/poetry install --no-root --no-interaction --only main \
    && rm -rf /tmp/poetry .venv/lib/python3.*/site-packages/pandas/tests \
        .venv/lib/python3.*/site-packages/pyarrow/tests \
        .venv/lib/python3.*/site-packages/pyarrow/include \
    && (.venv/bin/python -m compileall -qq -j 0 .venv || true)


# This project's own files, compiled for the same reason.
FROM ${BASE_IMAGE} AS code

WORKDIR /app
COPY . .
RUN python3 -m compileall -q .


# What serving and training have in common.
FROM ${BASE_IMAGE} AS runtime

ARG UID=10001
RUN groupadd --non-unique --gid ${UID} app \
    && useradd --non-unique --uid ${UID} --gid ${UID} --no-create-home --home-dir /tmp app \
    && install --directory --owner ${UID} --group ${UID} /data

# Whatever is written goes to /data; what needs a home or a scratch place finds it in /tmp.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    DATA_DIR=/data \
    INTERACTIVE_HOST=0.0.0.0 \
    INTERACTIVE_PORT=8080 \
    API_PORT=8080
WORKDIR /app
VOLUME /data
# By number, so that an orchestrator can tell that it is not root.
USER ${UID}:${UID}


FROM runtime AS serving

COPY --from=packages /app/.venv .venv
COPY --from=code /app .
EXPOSE 8080
# The first start draws and indexes the demo before it answers.
HEALTHCHECK --interval=10s --timeout=5s --start-period=300s --retries=3 \
    CMD ["python", "-S", "-c", "import os, urllib.request as request; request.urlopen(f'http://127.0.0.1:{os.environ[\"INTERACTIVE_PORT\"]}/api/v1/health/ready', timeout=4)"]
CMD ["python", "-m", "scripts.serve"]


FROM packages AS training-packages

RUN export POETRY_PYPI_MIRROR_URL="$(/poetry/bin/python scripts/package_index.py)" \
    && /poetry/bin/poetry install --no-root --no-interaction --only main,metrics \
    && rm -rf /tmp/poetry \
    && (.venv/bin/python -m compileall -qq -j 0 .venv || true)


FROM runtime AS training

COPY --from=training-packages /app/.venv .venv
COPY --from=code /app .
# Pretrained trunks are fetched once and kept.
ENV TORCH_HOME=/data/cache/torch
CMD ["python", "-m", "scripts.train"]


# Last, so that a build that names no target is the one that serves.
FROM serving

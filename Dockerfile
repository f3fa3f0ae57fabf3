# One image for the workers, the HTTP door, the desk and the migrations; docker-compose.yml says which runs what.
FROM python:3.11.15-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONPATH=/app

RUN useradd --system --uid 10001 --home-dir /tmp --no-create-home signalbox

WORKDIR /app

COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY worker.py ./
COPY policies/ policies/
COPY cases/ cases/
COPY routing/ routing/
COPY integrations/ integrations/
COPY ledger/ ledger/
COPY activities/ activities/
COPY workflows/ workflows/
COPY demo/ demo/
COPY starter/ starter/
# Nobody may write here at run time, and the sandbox loads the chapters of the workflow for every case: from byte code.
RUN python -m compileall -q .
# The rooms run from where they are, so nothing is built here; this is the command that an installation would make.
RUN printf '#!/bin/sh\nexec python -m starter.command_line.main "$@"\n' > /usr/local/bin/signalbox \
    && chmod 755 /usr/local/bin/signalbox

USER signalbox

CMD ["signalbox", "--help"]

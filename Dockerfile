# Small on purpose: the locked wheels, the code, a user without rights, one volume for what must last.
FROM python:3.11-slim-bookworm AS build
COPY requirements-uv.txt requirements.txt /tmp/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements-uv.txt \
 && VIRTUAL_ENV=/opt/venv /opt/venv/bin/uv pip sync --no-cache --compile-bytecode --require-hashes /tmp/requirements.txt \
 && /opt/venv/bin/pip uninstall --yes uv
COPY . /app
WORKDIR /app
RUN /opt/venv/bin/python scripts/catalogues.py compile \
 && /opt/venv/bin/python -m compileall -q coworking

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data coworking \
 && install -d -o coworking -g coworking -m 700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    BIND=0.0.0.0 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    PORT=8000
WORKDIR /app
USER coworking
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# Migrates, then serves with gunicorn and the worker of jobs; SIGTERM lets requests in flight end.
CMD ["python", "-c", "from coworking.serve import serve; serve()"]

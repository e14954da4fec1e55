# Two stages with the same Python: the first builds GraphiQL and .venv with the scripts that make uses too, the second
# runs them as an unprivileged user.
FROM python:3.13-slim AS build
WORKDIR /app
COPY make make
COPY requirements requirements
COPY explorer explorer
RUN make/build-explorer && rm -rf .venv-node
COPY . .
RUN make/set-up runtime \
    && make/compress-explorer \
    && .venv/bin/python -m compileall -q .venv/lib \
    && .venv/bin/python -m compileall -q domain persistence graph server \
    && rm -rf explorer make requirements

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data partsgraph
WORKDIR /app
COPY --from=build /app /app
# Without the settings of a database and of an S3 server (see compose.yaml) the embedded ones keep their data in /data.
# On an address that others can reach Partsgraph refuses to serve until there is an API token: make one with
# `partsgraph token create`, or give PARTSGRAPH_INITIAL_ADMIN_TOKEN.
ENV PATH="/app/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PARTSGRAPH_HOST=0.0.0.0 \
    PARTSGRAPH_PORT=8000 \
    PARTSGRAPH_DATA_DIR=/data
USER partsgraph
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PARTSGRAPH_PORT']), timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["partsgraph", "serve"]

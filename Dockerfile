# Two images: `gateway` (web, worker, beat, migrations) and `proxy`. docker-compose.yml builds both.

FROM python:3.11.13-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --requirement requirements.txt


FROM python:3.11.13-slim-bookworm AS gateway
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    GATEWAY_ENV=production \
    DATA_DIR=/data \
    STATIC_ROOT=/srv/static
# A volume mounted at /data takes this owner when it is first used.
RUN groupadd --gid 10001 gateway \
    && useradd --uid 10001 --gid gateway --no-create-home --shell /usr/sbin/nologin gateway \
    && install --directory --owner=gateway --group=gateway --mode=0700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY gateway gateway
COPY inventory inventory
COPY jobs jobs
# Collecting files needs no secrets. Outside production it makes keys up, and they are thrown away.
RUN python -m compileall -q gateway inventory jobs \
    && GATEWAY_ENV= DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
USER 10001:10001
EXPOSE 8000


FROM caddy:2.10.2-alpine AS proxy
COPY gateway/proxy/Caddyfile /etc/caddy/Caddyfile
# Certificates are kept in volumes, which take these owners when they are first used. Caddy listens
# on high ports here, so its program needs no capability, and starts where all are dropped.
RUN chown -R 10001:10001 /data && setcap -r /usr/bin/caddy
USER 10001:10001
EXPOSE 8080 8443

# One image for web, worker, scheduler and migrations; docker-compose.yml says which it is.
FROM python:3.13-slim-bookworm AS packages

COPY requirements/production.lock /tmp/production.lock
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/production.lock


FROM python:3.13-slim-bookworm

# Pango draws the PDFs' text.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin mst \
    && install --directory --owner mst --group mst /var/lib/mst/files

COPY --from=packages /venv /venv
WORKDIR /app
COPY . .

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=mst_sites.settings \
    MST_ENV=production \
    MST_VAR=/var/lib/mst

# Fontconfig keeps its cache there: the account has no home, and the rest is read-only.
ENV XDG_CACHE_HOME=/tmp

# Static files are part of the image: they change with the code, never with the data.
RUN MST_ENV=demo python manage.py collectstatic --no-input --verbosity 0

USER mst
VOLUME /var/lib/mst/files
EXPOSE 8000

CMD ["gunicorn", "mst_sites.wsgi:application", \
     "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--preload", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", \
     "--logger-class", "mst_sites.access_log.AccessLog"]

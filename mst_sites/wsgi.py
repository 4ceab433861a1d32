"""The entry point of the web: gunicorn reads it once (`--preload`), and its workers share what it has read."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mst_sites.settings")

application = get_wsgi_application()

# The apps are ready only now.
from django.db import connections  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from mst_sites.memory import settle  # noqa: E402
from mst_sites.tenancy.checks import refuse_unfit_role  # noqa: E402

refuse_unfit_role()
# A connection belongs to one process.
connections.close_all()
# Every page is read before the workers part, and the collector leaves what is here in peace: it would write to it.
_ = get_resolver().url_patterns
settle()

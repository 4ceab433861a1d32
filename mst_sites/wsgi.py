"""The entry point of the web processes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mst_sites.settings")

application = get_wsgi_application()

from mst_sites.tenancy.checks import refuse_unfit_role  # noqa: E402 - the apps are ready only now

refuse_unfit_role()

"""The Celery application: workers find their tasks in each app's `tasks` module."""

import os
from typing import Any

from celery import Celery
from celery.signals import after_setup_logger, after_setup_task_logger, worker_init
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from mst_sites.fault_log import FaultFormatter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mst_sites.settings")

app = Celery("mst_sites")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unfit_role(**kwargs: Any) -> None:
    """Stop a worker that connects as a role which row security would not hold."""
    from mst_sites.tenancy.checks import refuse_unfit_role  # noqa: PLC0415 - the apps are ready only now

    try:
        refuse_unfit_role()
    except (ImproperlyConfigured, DatabaseError) as fault:
        # Celery logs a receiver's exceptions and goes on; a role that could not be looked at is as bad as an unfit one.
        raise SystemExit(str(fault)) from fault


@after_setup_logger.connect
@after_setup_task_logger.connect
def log_as_the_web_does(logger: Any, **kwargs: Any) -> None:
    """Keep what people typed out of the worker's log as well."""
    for handler in logger.handlers:
        handler.setFormatter(FaultFormatter())

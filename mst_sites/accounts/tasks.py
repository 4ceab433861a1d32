"""What the clock does for accounts."""

from typing import Any

from celery import shared_task
from django.core.management import call_command

from mst_sites.accounts import operations


@shared_task(ignore_result=True)
def clear_sessions(**kwargs: Any) -> None:
    """Throw away the sessions that are over, and from where they were held."""
    call_command("clearsessions")
    operations.forget_ended_sessions()

"""What the clock does for accounts."""

from typing import Any

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from mst_sites.accounts import operations


@shared_task(ignore_result=True)
def clear_sessions(**kwargs: Any) -> None:
    """Throw away the sessions that are over, from where they were held, and counts of attempts."""
    call_command("clearsessions")
    operations.forget_ended_sessions()
    operations.forget_attempts(now=timezone.now())

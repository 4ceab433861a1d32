"""What the clock does for records."""

import logging
import time
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from mst_sites.audit.origin import working
from mst_sites.records import clamav, operations
from mst_sites.tenancy.scope import site_scope, whole_scope

logger = logging.getLogger(__name__)
# Begun before it, a last file may take CLAMAV_SECONDS_LATER more: together less than a task's time limit.
LAST_BEGINNING = 20  # seconds


@shared_task(ignore_result=True)
def clear_files(**_spare: Any) -> int:
    """Delete the files whose time is over; return how many there were."""
    with working():
        return operations.clear_files(now=timezone.now(), by=None)


@shared_task(ignore_result=True)
def scan_files(**_spare: Any) -> int:
    """Ask the scanner about the files that wait for it; return how many have their answer now.

    The scanner is asked between two short transactions, never within one.
    """
    if settings.CLAMAV_ADDRESS is None:
        return 0
    settled, end = 0, time.monotonic() + LAST_BEGINNING
    with working():
        while time.monotonic() < end:
            with whole_scope():
                attachment = operations.claim_waiting(now=timezone.now())
            if attachment is None:
                break
            try:
                virus = operations.ask_again(attachment=attachment)
            except clamav.NoVerdictError as failure:
                # The others keep their turn: with the scanner away each would only be put off.
                logger.warning("The virus scanner gave no verdict (%s): a file waits on.", failure)
                break
            with site_scope([attachment.site_id]):
                settled += operations.settle_scan(attachment=attachment, virus=virus, by=None)
    return settled

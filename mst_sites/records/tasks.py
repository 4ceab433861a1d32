"""What the clock does for records."""

from typing import Any

from celery import current_task, shared_task
from django.utils import timezone

from mst_sites.audit.origin import Origin, Source, coming_from
from mst_sites.records import operations


@shared_task(ignore_result=True)
def clear_files(**_spare: Any) -> int:
    """Delete the files whose time is over; return how many there were."""
    task_id = getattr(getattr(current_task, "request", None), "id", None) or ""
    with coming_from(Origin(Source.WORKER, task_id)):
        return operations.clear_files(now=timezone.now(), by=None)

"""What the clock does for site development."""

from typing import Any

from celery import current_task, shared_task
from django.utils import timezone

from implementation.operations import enquiries
from mst_sites.audit.origin import Origin, Source, coming_from
from mst_sites.tenancy.scope import whole_scope


@shared_task(ignore_result=True)
def erase_enquiries(**_spare: Any) -> None:
    """Erase the enquiries whose time is over."""
    task_id = getattr(getattr(current_task, "request", None), "id", None) or ""
    with coming_from(Origin(Source.WORKER, task_id)), whole_scope():
        enquiries.erase_enquiries(now=timezone.now(), by=None)

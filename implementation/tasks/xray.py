"""The daily look through every site."""

from datetime import date
from typing import Any

from celery import current_task, shared_task
from django.utils import timezone

from implementation.operations import xray
from implementation.queries.xray import sites_to_read
from mst_sites.audit.origin import Origin, Source, coming_from
from mst_sites.periods import local_day
from mst_sites.tenancy.scope import site_scope, whole_scope

SITES_AT_ONCE = 200


@shared_task(ignore_result=True)
def read_xray(**_spare: Any) -> None:
    """Look through the sites that were not looked through today; asked again on the same day, it finds none."""
    task_id = getattr(getattr(current_task, "request", None), "id", None) or ""
    with coming_from(Origin(Source.WORKER, task_id)):
        read_sites(today=local_day(timezone.now()))


def read_sites(*, today: date) -> int:
    """Look through them in batches, each in a transaction of its own; return how many there were."""
    with whole_scope():
        waiting = sites_to_read(today=today)
    count = 0
    for start in range(0, len(waiting), SITES_AT_ONCE):
        batch = waiting[start : start + SITES_AT_ONCE]
        with site_scope(batch):
            count += xray.read_xray(site_ids=batch, today=today)
    return count

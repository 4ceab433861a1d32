"""What the clock does for site development."""

from datetime import date
from typing import Any

from celery import current_task, shared_task
from django.utils import timezone

from implementation.operations import enquiries, xray
from implementation.operations import forecasts as forecast_operations
from implementation.operations.funding_reminders import remind_of_funding as remind
from implementation.queries.funding import sites_to_remind
from implementation.queries.xray import sites_to_read
from mst_sites.audit.origin import Origin, Source, coming_from
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import site_scope, whole_scope

SITES_AT_ONCE = 200


def worker() -> Origin:
    """Let the audit say in which task it was done."""
    task_id = getattr(getattr(current_task, "request", None), "id", None) or ""
    return Origin(Source.WORKER, task_id)


@shared_task(ignore_result=True)
def erase_enquiries(**_spare: Any) -> None:
    """Erase the enquiries whose time is over."""
    with coming_from(worker()), whole_scope():
        enquiries.erase_enquiries(now=timezone.now(), by=None)


@shared_task(ignore_result=True)
def remind_of_funding(**_spare: Any) -> int:
    """Remind the people of each site, each site in a transaction of its own; return how many mails were written."""
    now = timezone.now()
    today = local_day(now)
    with whole_scope():
        sites = list(Site.objects.filter(pk__in=sites_to_remind(today=today)).order_by("pk"))
    written = 0
    with coming_from(worker()):
        for site in sites:
            with site_scope([site.pk]):
                written += len(remind(site=site, today=today, now=now, by=None))
    return written


@shared_task(ignore_result=True)
def read_xray(**_spare: Any) -> None:
    """Look through the sites that were not looked through today; asked again on the same day, it finds none."""
    with coming_from(worker()):
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


@shared_task(ignore_result=True)
def keep_past_forecasts(**_spare: Any) -> int:
    """Work out what was forecast for the sites that have opened since."""
    with coming_from(worker()), whole_scope():
        return forecast_operations.keep_past_forecasts(now=timezone.now(), by=None)

"""What the clock does for site development."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from implementation.operations import enquiries, xray
from implementation.operations import forecasts as forecast_operations
from implementation.operations.funding_reminders import remind_of_funding as remind
from implementation.queries.funding import sites_to_remind
from implementation.queries.xray import sites_to_read
from mst_sites.audit.origin import working
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import site_scope, whole_scope

logger = logging.getLogger(__name__)
SITES_AT_ONCE = 200


class SitesLeftOutError(RuntimeError):
    """The work failed at some sites and is done at all others; the log of faults says where it went wrong."""

    def __init__(self, sites: Sequence[int]) -> None:
        super().__init__(f"Not done at the sites {', '.join(map(str, sites))}")
        self.sites = sites


def at_sites(
    sites: Sequence[int], work: Callable[[Sequence[int]], int], *, at_once: int = 1
) -> int:
    """Do the work of the clock site by site, or by batches, each in a transaction of its own; return its sum.

    A site at which it fails stops no other: where a batch fails, each of its sites is taken by itself.

    :raises SitesLeftOutError: at the end, so that it is seen.
    """
    count = 0
    left_out: list[int] = []
    starts = range(0, len(sites), at_once)
    waiting = deque(sites[start : start + at_once] for start in starts)
    while waiting:
        batch = waiting.popleft()
        try:
            with site_scope(batch):
                count += work(batch)
        except SoftTimeLimitExceeded:
            raise  # there is no time for any other
        except Exception:
            if len(batch) > 1:
                waiting.extend([site] for site in batch)
                continue
            logger.exception("The work of the clock failed at site %d.", batch[0])
            left_out += batch
    if left_out:
        raise SitesLeftOutError(left_out)
    return count


@shared_task(ignore_result=True)
def erase_enquiries(**_spare: Any) -> None:
    """Erase the enquiries whose time is over."""
    with working(), whole_scope():
        enquiries.erase_enquiries(now=timezone.now(), by=None)


@shared_task(ignore_result=True)
def remind_of_funding(**_spare: Any) -> int:
    """Remind the people of each site; return how many mails were written."""
    now = timezone.now()
    today = local_day(now)
    with whole_scope():
        waiting = sites_to_remind(today=today)

    def remind_at(sites: Sequence[int]) -> int:
        site = Site.objects.get(pk=sites[0])
        return len(remind(site=site, today=today, now=now, by=None))

    with working():
        return at_sites(waiting, remind_at)


@shared_task(ignore_result=True)
def read_xray(**_spare: Any) -> None:
    """Look through the sites that were not looked through today; asked again on the same day, it finds none."""
    with working():
        read_sites(today=local_day(timezone.now()))


def read_sites(*, today: date) -> int:
    """Look through them in batches; return how many there were."""
    with whole_scope():
        waiting = sites_to_read(today=today)

    def read(sites: Sequence[int]) -> int:
        return xray.read_xray(site_ids=sites, today=today)

    return at_sites(waiting, read, at_once=SITES_AT_ONCE)


@shared_task(ignore_result=True)
def keep_past_forecasts(**_spare: Any) -> int:
    """Work out what was forecast for the sites that have opened since."""
    with working(), whole_scope():
        return forecast_operations.keep_past_forecasts(now=timezone.now(), by=None)

"""Look through every site now, as the clock does once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from implementation.tasks import SitesLeftOutError, read_sites
from mst_sites.periods import local_day


class Command(BaseCommand):
    help = (
        "Look through every site that was not looked through today, and keep what the X-ray finds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = read_sites(today=local_day(timezone.now()))
        except SitesLeftOutError as error:
            raise CommandError(f"{error}. All others were looked through.") from error
        self.stdout.write(f"{count} sites looked through.")

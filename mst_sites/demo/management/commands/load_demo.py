"""Load the demo country."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mst_sites.demo import build


class Command(BaseCommand):
    help = "Load the demo country, where it is not there yet. Never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError(
                "This is a production installation: the demo country stays out of it."
            )
        if build.is_built():
            self.stdout.write("The demo country is there already.")
            return
        build.build(today=timezone.localdate(), say=self.say)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

"""Fill a database for measurements."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mst_sites.demo.scale import load_scale


class Command(BaseCommand):
    help = "Fill a database with many sites, for measurements. Never in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sites", type=int, required=True)
        parser.add_argument("--years", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("This is a production installation: its database stays as it is.")
        try:
            load_scale(
                sites=options["sites"],
                years=options["years"],
                today=timezone.localdate(),
                say=self.stdout.write,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error

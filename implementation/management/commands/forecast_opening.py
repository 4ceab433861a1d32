"""Forecast the opening of a site from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from implementation.management.places import site_named
from implementation.queries.forecasts import opening_forecast
from mst_sites.arguments import text
from mst_sites.periods import local_day
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = "When a site opens, by how past sites went, as JSON (docs/forecast.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--site", required=True, type=text, metavar="SLUG", help="the site's address part"
        )
        parser.add_argument("--json", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        with whole_scope():
            site = site_named(options["site"])
            forecast = opening_forecast(site, today=local_day(timezone.now()))
        found = {"site": site.slug, **forecast.as_json()}
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))

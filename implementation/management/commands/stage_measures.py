"""Give the SIC-style measures of a site from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from implementation.management.places import site_named
from implementation.queries.measures import site_measures
from implementation.queries.plans import plan_of
from mst_sites.arguments import text
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = "Duration, proportion and final stage of a site's set-up, SIC-style, as JSON (docs/measures.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--site", required=True, type=text, metavar="SLUG", help="the site's address part"
        )
        parser.add_argument("--json", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        with whole_scope():
            site = site_named(options["site"])
            plan = plan_of(site)
            if plan is None:
                raise CommandError(f"The site {site.slug!r} has no set-up plan.")
            found = {"site": site.slug, **site_measures(plan).as_json()}
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))

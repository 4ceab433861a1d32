"""Add a team to a site from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mst_sites.arguments import text
from mst_sites.directory import operations, queries
from mst_sites.directory.management.options import in_words, one_of
from mst_sites.tenancy.models import MstModel
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = "Add a team to a site. Prints its address part (slug)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, type=text, metavar="SLUG")
        parser.add_argument("--name", required=True, type=text)
        parser.add_argument("--slug", required=True, type=text)
        parser.add_argument("--model", default="", type=text, help="the site's, unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        model = options["model"] and one_of(MstModel.values, options["model"], what="MST model")
        with whole_scope():
            site = queries.site_by_slug(options["site"])
            if site is None:
                raise CommandError(f"There is no site with the address {options['site']!r}.")
            try:
                team = operations.create_team(
                    site=site, name=options["name"], slug=options["slug"], model=model, by=None
                )
            except ValidationError as error:
                raise CommandError(in_words(error)) from error
        self.stdout.write(team.slug)

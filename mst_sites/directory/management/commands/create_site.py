"""Add a site from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mst_sites.arguments import text
from mst_sites.directory import operations
from mst_sites.directory.management.options import in_words, one_of
from mst_sites.tenancy.models import MstModel, Nation
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = "Add a site. Prints its address part (slug)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, type=text)
        parser.add_argument("--slug", required=True, type=text)
        parser.add_argument(
            "--nation", required=True, type=text, help="such as england or northern-ireland"
        )
        parser.add_argument(
            "--model", default=MstModel.STANDARD.value, type=text, help="such as standard"
        )
        parser.add_argument("--region", default="", type=text)

    def handle(self, *args: Any, **options: Any) -> None:
        nation = one_of(Nation.values, options["nation"], what="nation")
        model = one_of(MstModel.values, options["model"], what="MST model")
        try:
            with whole_scope():
                site = operations.create_site(
                    name=options["name"],
                    slug=options["slug"],
                    nation=nation,
                    model=model,
                    region=options["region"],
                    by=None,
                )
        except ValidationError as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(site.slug)

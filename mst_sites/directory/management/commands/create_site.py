"""Add a site from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mst_sites.directory import operations
from mst_sites.tenancy.models import MstModel, Nation
from mst_sites.tenancy.scope import whole_scope


def in_words(error: ValidationError) -> str:
    """Return what a refusal says, a line a field."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "\n".join(
        f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
    )


def coded(value: str) -> str:
    """Take a code in any letter case, with spaces or hyphens: `northern-ireland`."""
    return value.strip().upper().replace("-", "_").replace(" ", "_")


class Command(BaseCommand):
    help = "Add a site. Prints its address part (slug)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--slug", required=True)
        parser.add_argument(
            "--nation",
            required=True,
            type=coded,
            choices=Nation.values,
            metavar="NATION",
            help=", ".join(value.lower() for value in Nation.values),
        )
        parser.add_argument(
            "--model", default=MstModel.STANDARD, type=str.lower, choices=MstModel.values
        )
        parser.add_argument("--region", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("name", "slug", "nation", "model", "region")
        try:
            with whole_scope():
                site = operations.create_site(**{name: options[name] for name in names}, by=None)
        except ValidationError as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(site.slug)

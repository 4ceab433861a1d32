"""Invite the first MST UK lead of a new installation, who then invites everybody else in the browser."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.arguments import text
from mst_sites.directory import operations
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = "Invite an MST UK lead: a mail with a link goes to the address. Prints the address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, type=text)
        parser.add_argument("--name", required=True, type=text)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with whole_scope():
                user = operations.invite_person(
                    email=options["email"],
                    full_name=options["name"],
                    country_role=Role.MST_UK_LEAD,
                    now=timezone.now(),
                    by=None,
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(user.email)

"""Let somebody in again who lost phone and recovery codes, when nobody is left who could do it in the browser."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mst_sites.arguments import text
from mst_sites.directory import account_operations, queries
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = "Remove the second factor of the person at an e-mail address; a mail tells them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", type=text)

    def handle(self, *args: Any, **options: Any) -> None:
        with whole_scope():
            user = queries.person_at(options["email"])
            if user is None:
                raise CommandError("Nobody has this address.")
            account_operations.forget_second_factors(user=user, by=None)
        self.stdout.write(user.email)

"""Print one sign-in per role."""

from typing import Any

from django.core.management.base import BaseCommand

from mst_sites.demo.country import PASSWORD, PEOPLE


class Command(BaseCommand):
    help = "Print one sign-in per role of the demo country."

    def handle(self, *args: Any, **options: Any) -> None:
        width = max(len(person.email) for person in PEOPLE)
        self.stdout.write(f"Password for all: {PASSWORD}")
        self.stdout.write("The page that asks for a code shows it: this is a demonstration.")
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:<{width}}  {person.role.label}")

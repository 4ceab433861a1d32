import sys
from urllib.request import urlopen

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--base-url", required=True)

    def handle(self, *args, base_url, **options):
        with urlopen(base_url) as answer:
            self.stdout.write(f"the web says {answer.read().decode()}")
        sys.exit(3)

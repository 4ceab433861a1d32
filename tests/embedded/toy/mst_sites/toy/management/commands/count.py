import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import connection

from mst_sites.toy.models import Keepsake


class Command(BaseCommand):
    """Count the rows, name the role, the folder and the address of the web, and end with the asked-for code."""

    def add_arguments(self, parser):
        parser.add_argument("--exit", type=int, default=0, dest="code")

    def handle(self, *args, code, **options):
        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            [role] = cursor.fetchone()
        address = os.environ["BASE_URL"]
        self.stdout.write(f"{Keepsake.objects.count()} {role} {Path.cwd()} {address}")
        sys.exit(code)

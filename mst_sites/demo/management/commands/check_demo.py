"""Do the main job over HTTP against a running demonstration."""

from argparse import ArgumentParser
from typing import Any
from urllib.error import URLError

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mst_sites.arguments import text
from mst_sites.demo.main_job import MainJob
from mst_sites.demo.visitor import UnexpectedPageError


class Command(BaseCommand):
    help = "Do the main job over HTTP: follow a set-up, ask, file a note, import, issue a review, open its PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", required=True, type=text)

    def handle(self, *args: Any, **options: Any) -> None:
        job = MainJob(options["base_url"], timezone.localdate(), self.say)
        try:
            job.run()
        except (UnexpectedPageError, URLError, TimeoutError) as error:
            raise CommandError(f"The main job failed: {error}") from error
        self.say("The main job is done.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

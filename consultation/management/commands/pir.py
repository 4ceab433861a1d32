"""Give the figures of a Performance Implementation Review, or draw it, from the command line."""

import json
import re
from argparse import ArgumentParser
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consultation import queries, reports
from consultation.management.places import add_team_arguments, team_named
from mst_sites.arguments import text
from mst_sites.delivery.pdf import EngineMissingError
from mst_sites.periods import Period, local_day
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import whole_scope

WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Command(BaseCommand):
    help = (
        "The figures of one team and period as JSON, counted now, or the review as a PDF: "
        "the edition that was issued last, or what one asked for today would be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_team_arguments(parser)
        parser.add_argument(
            "--from", required=True, type=text, metavar="YYYY-MM-DD", dest="starts_on"
        )
        parser.add_argument(
            "--to",
            required=True,
            type=text,
            metavar="YYYY-MM-DD",
            dest="ends_on",
            help="without this day",
        )
        shapes = parser.add_mutually_exclusive_group(required=True)
        shapes.add_argument("--json", action="store_true")
        shapes.add_argument("--pdf", type=Path, metavar="OUT.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        period = period_of(options["starts_on"], options["ends_on"])
        today = local_day(timezone.now())
        with whole_scope():
            team = team_named(options["site"], options["team"])
            if options["json"]:
                self.stdout.write(as_json(team, period, today))
                return
            draw = reports.drawing_of_period(team, period, today=today)
        try:
            options["pdf"].write_bytes(draw())
        except EngineMissingError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{options['pdf']}: {error.strerror}.") from error


def period_of(starts_on: str, ends_on: str) -> Period:
    starts, ends = day_of("--from", starts_on), day_of("--to", ends_on)
    if starts >= ends:
        raise CommandError(f"--from {starts} must come before --to {ends}.")
    try:
        return queries.period_of(starts, Period(starts, ends).last_day)
    except ValidationError as error:
        raise CommandError(f"--from {starts} --to {ends}: {error.messages[0]}") from error


def day_of(option: str, typed: str) -> date:
    if WRITTEN_DAY.fullmatch(typed):  # Python would also take 20260101 and 2026-W01-1
        with suppress(ValueError):
            return date.fromisoformat(typed)
    raise CommandError(f"{option} {typed!r} is no day: write it as 2026-01-01.")


def as_json(team: Team, period: Period, today: date) -> str:
    content = queries.review_content(team=team, period=period, today=today)
    figures = {"metrics": [metric.as_json() for metric in content.metrics]}
    return json.dumps(figures, indent=2, ensure_ascii=False)

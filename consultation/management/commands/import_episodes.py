"""Take in episodes and TAM-R scores from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consultation import operations
from consultation.imports.faults import Fault
from consultation.management.places import add_team_arguments, team_named
from consultation.models import EpisodeImport
from mst_sites.periods import local_day
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = (
        "Import a team's episodes, and its TAM-R scores, from CSV files: whole, or not at all. "
        "Prints what was new, changed and unchanged. A file holds up to 20,000 rows and 5 MB."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_team_arguments(parser)
        parser.add_argument("episodes", type=Path, metavar="FILE.csv")
        parser.add_argument("--tam-r", type=Path, metavar="FILE.csv", dest="tam_r")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with whole_scope():
                kept = operations.import_episodes(
                    team=team_named(options["site"], options["team"]),
                    episodes_file=read(options["episodes"]),
                    tam_r_file=read(options["tam_r"]) if options["tam_r"] else None,
                    today=local_day(timezone.now()),
                    by=None,
                )
        except operations.FaultyFilesError as error:
            for fault in error.faults.every:
                self.stderr.write(line_of(fault))
            raise CommandError("Nothing was imported.") from error
        except ValidationError as error:
            raise CommandError(in_words(error, options)) from error
        self.stdout.write(in_one_line(kept))


def read(path: Path) -> operations.ImportFile:
    """Read a file; in what the command says it keeps the path that was typed."""
    try:
        return operations.ImportFile(str(path), path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error


def line_of(fault: Fault) -> str:
    """Say a fault as compilers do: file, line, column, reason."""
    column = f" {fault.column}:" if fault.column else ""
    found = f" (found {fault.value!r})" if fault.value else ""
    if fault.is_withheld:
        found = " (what was found is not repeated: it could identify somebody)"
    return f"{fault.file}:{fault.line}:{column} {fault.reason}{found}"


def in_words(error: ValidationError, options: dict[str, Any]) -> str:
    """Say in one line what is amiss with which of the files."""
    files = {"episodes_file": options["episodes"], "tam_r_file": options["tam_r"]}
    return " ".join(
        f"{files[field]}: {sentence}"
        for field, sentences in error.message_dict.items()
        for sentence in sentences
    )


def in_one_line(kept: EpisodeImport) -> str:
    parts = [counts(kept, "episodes", "episodes")]
    if kept.tam_r_file_name:
        parts.append(counts(kept, "tam_r", "tam-r"))
    return "; ".join(parts)


def counts(kept: EpisodeImport, field: str, name: str) -> str:
    kinds = ", ".join(f"{getattr(kept, f'{field}_{kind}')} {kind}" for kind in KINDS)
    return f"{name}: {kinds}"


KINDS = ("new", "changed", "unchanged")

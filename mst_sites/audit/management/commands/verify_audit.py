"""`./run manage verify_audit`: recompute the audit's chains and print where they end."""

from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mst_sites.arguments import text
from mst_sites.audit import chains
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import whole_scope


class Command(BaseCommand):
    help = (
        "Recompute every hash of the audit. Prints a line for each chain: the site (- for what belongs to none), "
        "the number of entries and the last hash. Keep these lines in another place: given back with --against, "
        "they also find a chain that was rewritten or cut as a whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", type=text, metavar="SLUG", help="only the chain of this site")
        parser.add_argument("--against", metavar="FILE", type=Path, help="lines of an earlier run")

    def handle(self, *args: Any, **options: Any) -> None:
        noted = read_notes(options["against"]) if options["against"] else {}
        with whole_scope():
            breaks = sum(
                self.verify(chain, slug, noted.pop(slug, {}))
                for chain, slug in named_chains(options["site"])
            )
        if noted and not options["site"]:
            breaks += len(noted)
            self.stderr.write(f"chains that are gone: {', '.join(sorted(noted))}")
        if breaks:
            raise CommandError(f"The audit is broken in {breaks} places.")

    def verify(self, chain: int, slug: str, noted: dict[int, str]) -> int:
        found = chains.walk(chain, noted=noted)
        self.stdout.write(found.line(slug))
        for fault in found.breaks:
            self.stderr.write(f"{slug}: {fault}")
        return len(found.breaks)


def named_chains(slug: str | None) -> list[tuple[int, str]]:
    """Return each chain with the word that stands for it."""
    if slug is None:
        return chains.named_chains()
    site_id = Site.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if site_id is None:
        raise CommandError(f"There is no site {slug}.")
    return [(site_id, slug)]


def read_notes(path: Path) -> dict[str, dict[int, str]]:
    """Read what an earlier run printed; several runs may stand in one file."""
    noted: dict[str, dict[int, str]] = defaultdict(dict)
    for line in path.read_text().splitlines():
        slug, number, digest = line.split()
        if number != "0":
            noted[slug][int(number)] = digest
    return noted

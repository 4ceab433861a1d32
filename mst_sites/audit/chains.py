"""Walks a chain of the audit and recomputes every hash outside of the database that keeps it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum
from typing import Any

from django.db.models import Max, TextField
from django.db.models.functions import Cast

from mst_sites.audit.models import AuditEntry, ChainHead
from mst_sites.tenancy.models import Site

COMMON = 0  # the chain of what belongs to no site
NO_SITE = "-"  # how the common chain, and a chain without an entry, are written down
AT_ONCE = 1_000  # so that a chain of any length takes the same memory


class Fault(StrEnum):
    CHANGED = "was changed"
    UNLINKED = "does not follow the entry before it"
    MISSING = "is missing"
    CUT = "is missing from the end"
    ADDED = "was added past the end"
    RENAMED = "does not have the hash that was noted"


@dataclass(frozen=True)
class Break:
    """What is wrong at one number of a chain."""

    number: int
    fault: Fault

    def __str__(self) -> str:
        return f"entry {self.number} {self.fault}"


@dataclass
class Walk:
    """What a walk along a chain found: where the chain should end, and every break on the way."""

    chain: int
    number: int
    hash: str
    breaks: list[Break] = field(default_factory=list)

    def line(self, slug: str) -> str:
        """Return where the chain ends as `verify_audit` prints it and reads it back."""
        return f"{slug} {self.number} {self.hash or NO_SITE}"


def chains(site_id: int | None = None) -> Iterator[int]:
    """Return every chain that has a head or an entry; the common chain is 0."""
    if site_id is not None:
        yield site_id
        return
    heads = set(ChainHead.objects.values_list("chain", flat=True))
    sites = AuditEntry.objects.order_by().values_list("site_id", flat=True).distinct()
    yield from sorted(heads | {site or COMMON for site in sites})


def named_chains() -> list[tuple[int, str]]:
    """Return each chain with the word that stands for it: the site's, or a dash for what belongs to none."""
    slugs = dict(Site.objects.values_list("pk", "slug"))
    return [(chain, slugs.get(chain, NO_SITE)) for chain in chains()]


def walk(chain: int, *, noted: dict[int, str] | None = None) -> Walk:
    """Recompute a chain from its first entry to its head.

    :param noted: hashes that were written down elsewhere, by number; each must still stand.
    """
    head = ChainHead.objects.filter(chain=chain).first() or ChainHead(
        chain=chain, number=0, hash=""
    )
    found = Walk(chain, head.number, head.hash)
    number, previous = 0, ""
    noted = noted or {}
    for row in rows(chain, up_to=head.number):
        entry = Entry(*row)
        for missing in range(number + 1, entry.number):
            found.breaks.append(Break(missing, Fault.MISSING))
        if entry.number == number + 1 and entry.previous_hash != previous:
            found.breaks.append(Break(entry.number, Fault.UNLINKED))
        if entry.hash != entry.recomputed():
            found.breaks.append(Break(entry.number, Fault.CHANGED))
        if noted.get(entry.number, entry.hash) != entry.hash:
            found.breaks.append(Break(entry.number, Fault.RENAMED))
        number, previous = entry.number, entry.hash
    found.breaks += ends(found, number=number, last_hash=previous, noted=max(noted, default=0))
    return found


def ends(found: Walk, *, number: int, last_hash: str, noted: int) -> Iterator[Break]:
    """Compare where the entries end with where the head, and what was noted, say that they do."""
    for missing in range(number + 1, max(found.number, noted) + 1):
        yield Break(missing, Fault.CUT)
    if number == found.number and last_hash != found.hash:
        yield Break(number, Fault.RENAMED)
    last = of_chain(found.chain).aggregate(last=Max("number"))["last"] or 0
    now = ChainHead.objects.filter(chain=found.chain).values_list("number", flat=True).first() or 0
    if last > now:
        yield Break(last, Fault.ADDED)


COLUMNS = (
    "previous_hash",
    "number",
    "site_id",
    "id",
    "at",
    "actor_id",
    "actor_name",
    "action",
    "subject_type",
    "subject_id",
    "details_text",
    "source",
    "request_id",
    "ip_address",
    "hash",
)


def of_chain(chain: int) -> Any:
    return AuditEntry.objects.filter(site=None if chain == COMMON else chain)


def rows(chain: int, *, up_to: int) -> Iterator[Sequence[Any]]:
    """Return the columns of each entry in turn, a thousand at a time."""
    entries = (
        of_chain(chain)
        .filter(number__lte=up_to)
        .annotate(details_text=Cast("details", TextField()))
        .order_by("number")
        .values_list(*COLUMNS)
    )
    after = 0
    while page := list(entries.filter(number__gt=after)[:AT_ONCE]):
        yield from page
        after = page[-1][1]


class Entry:
    """One entry with the text that its hash is of: what the trigger `mst_audit_append` writes, said again."""

    def __init__(self, *columns: Any) -> None:
        self.values = dict(zip(COLUMNS, columns, strict=True))
        self.number: int = self.values["number"]
        self.previous_hash: str = self.values["previous_hash"]
        self.hash: str = self.values["hash"]

    def recomputed(self) -> str:
        at = self.values["at"].astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        parts = [
            at if name == "at" else "" if self.values[name] is None else str(self.values[name])
            for name in COLUMNS[:-1]
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()

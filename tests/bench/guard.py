"""The guard of free text against a hundred thousand characters that are nearly something, again and again."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from mst_sites import identifiers
from tests.bench.timing import Row, medians

ROUNDS = 9
LENGTH = 100_000
NEARLY = ("1 ", "0 7", "12 ", "07 ", "0123 ", "943 476 5918 ", "1/1/", "dob 1 ", "(01)", "+1 ")


def measure() -> Iterator[Row]:
    today = timezone.localdate()
    slowest, piece = max((time_for(piece, today), piece) for piece in NEARLY)
    yield Row("guard of free text: 100 kB, the worst digits", slowest, "ms", 50, repr(piece))


def time_for(piece: str, today: date) -> float:
    text = (piece * LENGTH)[:LENGTH]
    return medians([lambda: identifiers.find(text, today=today)], rounds=ROUNDS)[0]

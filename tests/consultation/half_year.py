"""A half-year whose figures were published: files made to their k of n, and nothing else."""

import csv
import io
from datetime import date, timedelta

from consultation import operations
from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from mst_sites.periods import Period
from tests.factories import SiteFactory, TeamFactory

TODAY = date(2026, 8, 3)
HALF = Period(date(2026, 1, 1), date(2026, 7, 1))


def afon(*, slug="afon", site=None, **values):
    site = site or SiteFactory(name="Afon Valley", slug="afon")
    return TeamFactory(site=site, slug=slug, name=f"{slug.title()} team", **values)


def as_csv(columns, rows):
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


def word(place, yes):
    return "yes" if place < yes else "no"


def cases(
    *,
    completed=120,
    not_engaged=10,
    placed=9,
    known=(137, 139, 139),
    outcomes=(130, 106, 129),
    days=122,
    moved=3,
):
    """Write a cohort: so many completed, not engaged and placed, of whom so many reached each outcome."""
    rows = []
    codes = ["COMP"] * completed + ["NENG"] * not_engaged + ["PLAC"] * placed + ["MOVE"] * moved
    full = completed + not_engaged + placed
    for place, code in enumerate(codes):
        closed = HALF.starts_on + timedelta(days=place * 7 % HALF.days)
        started = closed - timedelta(days=days)
        answers = [
            word(place, yes) if place < min(count, full) else ""
            for yes, count in zip(outcomes, known, strict=True)
        ]
        referred = started - timedelta(days=21)
        rows.append([f"T01-{place:04}", referred, referred, started, closed, code, *answers])
    return rows


def import_cases(team, rows=None, scores=None):
    rows = cases() if rows is None else rows
    scores = (
        [[row[0], row[3] + timedelta(days=14), "0.72"] for row in rows]
        if scores is None
        else scores
    )
    return operations.import_episodes(
        team=team,
        episodes_file=("episodes.csv", as_csv(EPISODE_COLUMNS, rows)),
        tam_r_file=("tam-r.csv", as_csv(TAM_R_COLUMNS, scores)) if scores else None,
        today=TODAY,
        by=None,
    )

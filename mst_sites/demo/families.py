"""Made-up families of a demo team, as the two CSV files that a team would import."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from mst_sites.demo.country import DemoTeam

STARTS_A_MONTH = (
    3.4  # four therapists with about ten families a year each (docs/glossary.md, caseload)
)
DECLINED = 0.12  # share of referrals that turn out not to be for MST
SHARE_NOT_ENGAGED = 0.35  # of the families that do not complete; most of the others are placed
KNOWN = 0.97  # share of outcomes that the team could find out
FIRST_TAM_R = timedelta(days=14)
BETWEEN_TAM_RS = timedelta(days=28)

EPISODE_COLUMNS = (
    "case_ref",
    "referred_on",
    "accepted_on",
    "started_on",
    "closed_on",
    "closure_code",
    "at_home",
    "school_work",
    "no_new_arrests",
)
TAM_R_COLUMNS = ("case_ref", "collected_on", "score")


@dataclass(slots=True)
class Family:
    """One referral and what became of it; None is not yet, or not known."""

    case_ref: str
    referred_on: date
    accepted_on: date | None = None
    started_on: date | None = None
    closed_on: date | None = None
    closure_code: str = ""
    at_home: bool | None = None
    school_work: bool | None = None
    no_new_arrests: bool | None = None


def families_of(team: DemoTeam, *, opened_on: date, today: date) -> list[Family]:
    """Make the referrals of a team from its opening to today; the same team gives the same families."""
    chance = Random(team.slug)  # noqa: S311 - believable, not secret
    families: list[Family] = []
    day = opened_on
    while day < today:
        day += timedelta(days=max(1, round(chance.expovariate(STARTS_A_MONTH / 30.4))))
        if day < today:
            families.append(family(team, f"{team.slug}-{len(families) + 1:04}", day, today, chance))
    return families


def family(team: DemoTeam, case_ref: str, referred_on: date, today: date, chance: Random) -> Family:
    """Let one referral go its way up to today."""
    made = Family(case_ref, referred_on)
    decided_on = referred_on + timedelta(days=chance.randint(2, 12))
    if decided_on >= today:
        return made
    if chance.random() < DECLINED:
        made.closed_on, made.closure_code = decided_on, "INAP"
        return made
    made.accepted_on = decided_on
    started_on = decided_on + timedelta(days=chance.randint(3, 21))
    if started_on >= today:
        return made
    made.started_on = started_on
    closed_on = started_on + timedelta(days=round(min(max(chance.gauss(124, 24), 36), 196)))
    if closed_on < today:
        close(made, team, closed_on, chance)
    return made


def close(made: Family, team: DemoTeam, closed_on: date, chance: Random) -> None:
    made.closed_on = closed_on
    fate = chance.random()
    if fate < team.completed:
        made.closure_code = "COMP"
    elif fate < team.completed + (1 - team.completed) * SHARE_NOT_ENGAGED:
        made.closure_code = "NENG"
    elif fate < 0.97:  # noqa: PLR2004 - a few move away
        made.closure_code = "PLAC"
    else:
        made.closure_code = "MOVE"
        return
    placed = made.closure_code == "PLAC"
    made.at_home = outcome(0 if placed else team.at_home, chance)
    made.school_work = outcome(team.school, chance)
    made.no_new_arrests = outcome(team.no_arrests, chance)


def outcome(share: float, chance: Random) -> bool | None:
    """Return how one outcome turned out, or None where nobody could tell."""
    turned_out = chance.random() < share
    return turned_out if chance.random() < KNOWN else None


def episodes_csv(families: list[Family]) -> bytes:
    words = {True: "yes", False: "no", None: ""}

    def cell(value: object) -> str:
        if isinstance(value, bool) or value is None:
            return words[value]
        return value.isoformat() if isinstance(value, date) else str(value)

    rows = [[cell(getattr(family, column)) for column in EPISODE_COLUMNS] for family in families]
    return as_csv(EPISODE_COLUMNS, rows)


def tam_r_csv(team: DemoTeam, families: list[Family], *, today: date) -> bytes:
    """Make the monthly TAM-R scores; about a quarter of the interviews did not come about."""
    chance = Random(f"{team.slug} tam-r")  # noqa: S311 - believable, not secret
    rows = []
    for made in families:
        if not made.started_on:
            continue
        family_mean = min(max(chance.gauss(team.adherence, 0.11), 0.2), 1.0)
        day = made.started_on + FIRST_TAM_R
        while day < (made.closed_on or today):
            if chance.random() < 0.76:  # noqa: PLR2004 - a believable share of interviews held
                score = min(max(chance.gauss(family_mean, 0.06), 0.0), 1.0)
                rows.append([made.case_ref, day.isoformat(), f"{score:.2f}"])
            day += BETWEEN_TAM_RS
    return as_csv(TAM_R_COLUMNS, rows)


def as_csv(columns: tuple[str, ...], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()

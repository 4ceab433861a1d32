"""Set-ups whose truth is known: simulated histories as arrays, and as rows."""

from datetime import date, timedelta

import numpy as np

from implementation.queries.courses import Courses, courses_from, day_number
from tests.factories import PlanFactory, SiteFactory, StageTransitionFactory

MEAN_DAYS = {"A": 40, "B": 80, "C": 75, "D": 30, "E": 120}
START_OF_ALL = date(2015, 1, 5)


class History:
    """Collects moves of many sites in the form in which the database hands them over."""

    def __init__(self):
        self.rows, self.kinship = [], {}

    def add(self, site, kind, stage, day, recorded=None):
        number = day_number(day)
        self.rows.append(
            (
                site,
                ord(kind[0]),
                ord(stage),
                number,
                number if recorded is None else day_number(recorded),
            )
        )
        self.kinship.setdefault(site, ("standard", "ENGLAND"))

    def courses(self) -> Courses:
        rows = sorted(self.rows, key=lambda row: (row[0], row[3]))
        return courses_from(
            np.array(rows, dtype=np.int64).reshape(-1),
            "\n".join(f"{site} {model} {nation}" for site, (model, nation) in self.kinship.items()),
        )


def stage_days(random, pace=1.0):
    """Draw how long a site takes for each stage: skewed, and slow sites are slow in every stage."""
    return {
        stage: max(1, round(mean * pace * random.lognormal(-0.08, 0.4)))
        for stage, mean in MEAN_DAYS.items()
    }


def write_course(history, site, random, begun, *, withdrawal=0.0, until=None, pace=None):
    """Write a site's moves up to `until`; return the day on which it opens, None if it is withdrawn."""
    pace = random.lognormal(-0.045, 0.3) if pace is None else pace
    day = begun
    moves = [("START", "A", day)]
    opens = None
    for stage, days in stage_days(random, pace).items():
        if random.random() < withdrawal:
            moves.append(("WITHDRAW", stage, day + timedelta(days=int(days * random.random()) + 1)))
            break
        day += timedelta(days=days)
        following = chr(ord(stage) + 1)
        moves.append(("OPEN", "F", day) if following == "F" else ("MOVE", following, day))
    else:
        opens = day
    for kind, stage, on in moves:
        if until is None or on <= until:
            history.add(site, kind, stage, on)
    return opens


def past_sites(history, random, count, *, withdrawal=0.0, until=None, spread_days=1500, first=1):
    for site in range(first, first + count):
        begun = START_OF_ALL + timedelta(days=int(random.integers(spread_days)))
        write_course(history, site, random, begun, withdrawal=withdrawal, until=until)


def kept_course(*moves, site=None, **facts):
    """Write rows of one site: (kind, stage, day) each, recorded on the day itself."""
    site = site or SiteFactory(**facts)
    plan = PlanFactory(site=site, started_on=moves[0][2], stage=moves[-1][1])
    before = ""
    for kind, stage, day in moves:
        StageTransitionFactory(
            plan=plan,
            kind=kind,
            from_stage=before,
            to_stage=stage,
            happened_on=day,
            reason="FUNDING" if kind in {"HOLD", "WITHDRAW"} else "",
            recorded_at=f"{day.isoformat()} 12:00+00:00",
        )
        before = stage
    return site

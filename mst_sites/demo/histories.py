"""Past set-ups of the demo country: made-up sites that opened, stopped or are on their way; forecasts rest on them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from implementation.models import Plan, Stage, TransitionKind, TransitionReason
from implementation.operations.forecasts import keep_past_forecasts
from implementation.operations.moves import move_plan
from implementation.operations.plans import start_plan
from mst_sites.directory import operations as directory
from mst_sites.directory import queries
from mst_sites.tenancy.models import Nation, Site

SITES = 22
YEARS = 7
# Days that a stage takes at the middle of sites; a site that is slow once is slow again.
DAYS = {
    Stage.ENQUIRY: 40,
    Stage.NEEDS: 85,
    Stage.DESIGN: 75,
    Stage.READINESS: 32,
    Stage.RECRUITMENT: 115,
}
NATIONS = (Nation.ENGLAND, Nation.ENGLAND, Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND)
STOPS_A_STAGE, HOLDS_A_STAGE = 0.045, 0.06


@dataclass(frozen=True, slots=True)
class Move:
    kind: TransitionKind
    on: date
    to_stage: str = ""
    reason: str = ""


def build_histories(*, today: date) -> None:
    """Make the past sites with every move as it happened, and work out how forecasts did. It repeats.

    Call it in the scope of every site.
    """
    if queries.site_by_slug(slug_of(1)) is not None:
        return
    random = Random(20)  # noqa: S311 - made-up days
    for number in range(1, SITES + 1):
        begun = today - timedelta(days=random.randrange(300, YEARS * 365))
        site = directory.create_site(
            name=f"Demo past site {number:02}",
            slug=slug_of(number),
            nation=random.choice(NATIONS),
            region="Made up",
            model="standard",
            provider=None,
            language="en-gb",
            by=None,
        )
        write_course(site, begun, course(random, begun), today=today)
    keep_past_forecasts(now=at_noon(today), by=None)


def slug_of(number: int) -> str:
    return f"demo-past-site-{number:02}"


def write_course(site: Site, begun: date, moves: list[Move], *, today: date) -> Plan:
    """Begin a site's plan and write its moves up to today, each recorded on its day."""
    plan = start_plan(site=site, started_on=begun, now=at_noon(begun), by=None)
    for move in moves:
        if move.on <= today:
            plan = move_plan(
                plan=plan,
                version=plan.version,
                kind=move.kind,
                to_stage=move.to_stage,
                happened_on=move.on,
                reason=move.reason,
                now=at_noon(move.on),
                by=None,
            )
    return plan


def course(random: Random, begun: date) -> list[Move]:
    """Draw a believable course from the first enquiry on: skewed stages, now and then a hold or an end."""
    pace = random.lognormvariate(0, 0.25)
    moves: list[Move] = []
    day = begun
    for stage, middle in DAYS.items():
        days = max(4, round(middle * pace * random.lognormvariate(0, 0.35)))
        if random.random() < STOPS_A_STAGE:
            stopped = day + timedelta(days=round(days * random.random()) + 1)
            reason = random.choice((TransitionReason.FUNDING, TransitionReason.PRIORITIES))
            return [*moves, Move(TransitionKind.WITHDRAW, stopped, reason=reason)]
        if random.random() < HOLDS_A_STAGE:
            held = day + timedelta(days=days // 2)
            day += timedelta(days=random.randrange(30, 120))
            moves.append(Move(TransitionKind.HOLD, held, reason=TransitionReason.REORGANISATION))
            moves.append(Move(TransitionKind.RESUME, day + timedelta(days=days // 2)))
        day += timedelta(days=days)
        following = Stage.values[Stage.values.index(stage) + 1]
        is_last = following == Stage.LIVE
        moves.append(
            Move(TransitionKind.OPEN, day) if is_last else Move(TransitionKind.MOVE, day, following)
        )
    return moves


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)

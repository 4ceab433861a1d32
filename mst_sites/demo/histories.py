"""Past set-ups of the demo country: made-up sites that opened or stopped; forecasts rest on them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from implementation.models import Stage, TransitionKind, TransitionReason
from implementation.operations.moves import move_plan
from implementation.operations.plans import start_plan
from mst_sites.demo.set_ups import done_days, enter, first_days
from mst_sites.directory import operations as directory
from mst_sites.directory import queries
from mst_sites.tenancy.models import Nation, Site

SITES = 12
# Days since their first enquiry, the fewest and the most: every one of them has ended by now.
BEGUN = (900, 7 * 365)
# Days that a stage takes at the middle of sites; a site that is slow once is slow again.
DAYS = {
    Stage.ENQUIRY: 40,
    Stage.NEEDS: 85,
    Stage.DESIGN: 75,
    Stage.READINESS: 32,
    Stage.RECRUITMENT: 115,
}
NATIONS = (Nation.ENGLAND, Nation.ENGLAND, Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND)
STOPS_A_STAGE, HOLDS_A_STAGE = 0.06, 0.06
SHARE_DONE = 0.5  # of the stage in which a site stopped


@dataclass(frozen=True, slots=True)
class Move:
    kind: TransitionKind
    on: date
    to_stage: str = ""
    reason: str = ""


def build_histories(*, today: date) -> None:
    """Make the past sites with every move as it happened. It repeats.

    Call it in the scope of every site.
    """
    if queries.site_by_slug(slug_of(1)) is not None:
        return
    random = Random(39)  # noqa: S311 - made-up days
    for number in range(1, SITES + 1):
        begun = today - timedelta(days=random.randrange(*BEGUN))
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


def slug_of(number: int) -> str:
    return f"demo-past-site-{number:02}"


def write_course(site: Site, begun: date, moves: list[Move], *, today: date) -> None:
    """Begin a site's plan, write down what was done and each of its moves; a site that opened is closed by now."""
    random = Random(site.slug)  # noqa: S311 - made-up days
    plan = start_plan(site=site, started_on=begun, now=at_noon(begun), by=None)
    entered = {Stage.ENQUIRY: begun} | {Stage(m.to_stage): m.on for m in moves if m.to_stage}
    ended, has_opened = moves[-1].on, moves[-1].kind == TransitionKind.OPEN
    share = 1 if has_opened else SHARE_DONE
    days = done_days(plan, entered, random, until=ended, share_of_last=share)
    if has_opened:
        days |= first_days(plan, ended, today)
    plan = enter(plan, days)
    for move in moves:
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
    if has_opened:
        site.refresh_from_db()
        directory.close_site(
            site=site,
            version=site.version,
            reason="The service came to its end.",
            now=at_noon(ended + (today - ended) / 2),
            by=None,
        )


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

"""The figures of a Performance Implementation Review, each from facts, a period and today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from statistics import median

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from consultation.metrics.facts import (
    ClosureGroup,
    ConsultationWeek,
    EpisodeFacts,
    opportunity,
)
from consultation.metrics.results import Metric, Unit, displayed
from consultation.metrics.targets import Targets
from mst_sites.periods import WEEK, Period

NAMES: dict[str, str | Promise] = {
    "M01": _("Referrals received"),
    "M02": _("Referrals accepted, of those decided"),
    "M03": _("Taken on, of those referred"),
    "M04": _("Wait from referral to start"),
    "M05": _("Families started"),
    "M06": _("Cases closed"),
    "M07": _("Cases closed with an opportunity for a full course"),
    "M10": _("Completed treatment"),
    "M11": _("Closed for lack of engagement"),
    "M12": _("Placed out of home during treatment"),
    "M13": _("Administrative closures"),
    "M20": _("Living at home"),
    "M21": _("In school or work"),
    "M22": _("No new criminal charges"),
    "M23": _("All three outcomes"),
    "M40": _("Length of stay"),
    "M60": _("TAM-Rs collected, of those due"),
    "M61": _("Families with at least one TAM-R"),
    "M62": _("Adherence, mean of family means"),
    "M63": _("Families above the adherence threshold"),
    "M71": _("Weekly consultation held"),
}


@dataclass(frozen=True)
class Cohorts:
    """The cases that the figures of one period count."""

    referred: Sequence[EpisodeFacts]
    started: Sequence[EpisodeFacts]
    closed: Sequence[EpisodeFacts]
    opportunity: Sequence[EpisodeFacts]


def review_metrics(
    *,
    episodes: Iterable[EpisodeFacts],
    weeks: Iterable[ConsultationWeek],
    period: Period,
    today: date,
    targets: Targets,
    since: date | None,
) -> tuple[Metric, ...]:
    """Give every figure of the period, in the order of their codes.

    Consultations are expected from the day `since` which the team works; without one, of no week.

    Referrals are judged by all that is known of them by now, not only by what happened in the
    period: a family referred in June and accepted in July counts as accepted for June.
    """
    known = tuple(episodes)
    cohorts = Cohorts(
        referred=[episode for episode in known if episode.referred_on in period],
        started=[episode for episode in known if episode.started_on in period],
        closed=[episode for episode in known if episode.closed_on in period],
        opportunity=opportunity(known, period),
    )
    return (
        *_flow(cohorts, targets),
        *_closures(cohorts, targets),
        *_outcomes(cohorts.opportunity, targets),
        _length_of_stay(cohorts.opportunity, targets),
        _tam_r_collected(known, period, today, targets),
        *_adherence(cohorts.opportunity, targets),
        _consultation_held(weeks, period, today, since, targets),
    )


def _flow(cohorts: Cohorts, targets: Targets) -> Iterable[Metric]:
    decided = [episode for episode in cohorts.referred if episode.is_decided]
    taken_on = sum(episode.is_taken_on for episode in cohorts.referred)
    waits = [days for episode in cohorts.started if (days := episode.days_waited) is not None]
    referred = len(cohorts.referred)
    yield _count("M01", referred, targets)
    yield _share("M02", taken_on, len(decided), targets, missing=referred - len(decided))
    yield _share("M03", taken_on, referred, targets)
    yield _mean(
        "M04",
        Unit.DAYS,
        waits,
        targets,
        missing=len(cohorts.started) - len(waits),
        remarks=_median(waits),
    )
    yield _count("M05", len(cohorts.started), targets)
    yield _count("M06", len(cohorts.closed), targets)
    yield _count("M07", len(cohorts.opportunity), targets)


def _closures(cohorts: Cohorts, targets: Targets) -> Iterable[Metric]:
    for code, group, among in (
        ("M10", ClosureGroup.COMPLETED, cohorts.opportunity),
        ("M11", ClosureGroup.NOT_ENGAGED, cohorts.opportunity),
        ("M12", ClosureGroup.PLACED, cohorts.opportunity),
        ("M13", ClosureGroup.ADMINISTRATIVE, cohorts.closed),
    ):
        k = sum(episode.closure_group == group for episode in among)
        yield _share(code, k, len(among), targets)


def _outcomes(cases: Sequence[EpisodeFacts], targets: Targets) -> Iterable[Metric]:
    for code, answers in (
        ("M20", [case.at_home for case in cases]),
        ("M21", [case.school_work for case in cases]),
        ("M22", [case.no_new_arrests for case in cases]),
        ("M23", [case.all_three_outcomes for case in cases]),
    ):
        missing = answers.count(None)
        k = answers.count(True)
        yield _share(code, k, len(answers) - missing, targets, missing=missing)


def _length_of_stay(cases: Sequence[EpisodeFacts], targets: Targets) -> Metric:
    stays = [days for case in cases if (days := case.days_in_treatment) is not None]
    missing = len(cases) - len(stays)
    mean = _mean("M40", Unit.DAYS, stays, targets, missing=missing, remarks=_median(stays))
    if not stays:
        return mean
    spread = {"shortest": min(stays), "longest": max(stays)}
    return replace(
        mean,
        private_remarks=(gettext("range %(shortest)d to %(longest)d days") % spread,),
    )


def _tam_r_collected(
    episodes: Sequence[EpisodeFacts], period: Period, today: date, targets: Targets
) -> Metric:
    """Count forms, not families: more than were due, collected early or late, is over 100 %.

    Of a family without a day of start nobody knows how many were due: it is told beside the figure, for
    families are no forms.
    """
    collected = sum(day in period for episode in episodes for day, _score in episode.tam_r)
    due = sum(episode.tam_r_due(period, today=today) for episode in episodes)
    undated = sum(
        episode.started_on is None and any(day in period for day, _score in episode.tam_r)
        for episode in episodes
    )
    share = _share("M60", collected, due, targets)
    if not undated:
        return share
    words = ngettext(
        "%(count)d family with TAM-Rs has no day of start, so none of its were due",
        "%(count)d families with TAM-Rs have no day of start, so none of theirs were due",
        undated,
    )
    return replace(share, private_remarks=(words % {"count": undated},))


def _adherence(cases: Sequence[EpisodeFacts], targets: Targets) -> Iterable[Metric]:
    """Weigh each family once (a mean of all TAM-Rs is the other reading, to be confirmed)."""
    means = [mean for case in cases if (mean := case.adherence) is not None]
    threshold = Fraction(settings.ADHERENCE_THRESHOLD)
    above = sum(mean >= threshold for mean in means)
    missing = len(cases) - len(means)
    yield _share("M61", len(means), len(cases), targets)
    yield _mean("M62", Unit.SCORE, means, targets, missing=missing)
    yield _share("M63", above, len(means), targets, missing=missing)


def _consultation_held(
    weeks: Iterable[ConsultationWeek],
    period: Period,
    today: date,
    since: date | None,
    targets: Targets,
) -> Metric:
    """Count the weeks that are over, and this week from the day its consultation is held."""
    filed = {week.monday: week for week in weeks}
    held = working = silent = 0
    for monday in period.mondays():
        week = filed.get(monday)
        if since is None or monday < since or (week and week.is_agreed_closure):
            continue
        if week and week.was_held:
            held += 1
        elif monday + WEEK > today:
            continue
        working += 1
        silent += week is None
    remarks: tuple[str, ...] = ()
    if silent:
        words = ngettext("%(count)d week without a note", "%(count)d weeks without a note", silent)
        remarks = (words % {"count": silent},)
    return _share("M71", held, working, targets, remarks=remarks)


def _count(code: str, count: int, targets: Targets) -> Metric:
    return Metric(
        code=code,
        name=NAMES[code],
        unit=Unit.COUNT,
        k=count,
        value=Fraction(count),
        target=targets.get(code),
    )


def _share(
    code: str,
    k: int,
    n: int,
    targets: Targets,
    *,
    missing: int = 0,
    remarks: tuple[str, ...] = (),
) -> Metric:
    return Metric(
        code=code,
        name=NAMES[code],
        unit=Unit.PERCENT,
        k=k,
        n=n,
        missing=missing,
        value=Fraction(100 * k, n) if n else None,
        target=targets.get(code),
        remarks=remarks,
    )


def _mean(
    code: str,
    unit: Unit,
    values: Sequence[int | Fraction],
    targets: Targets,
    *,
    missing: int,
    remarks: tuple[str, ...] = (),
) -> Metric:
    total = sum(map(Fraction, values), Fraction(0))
    return Metric(
        code=code,
        name=NAMES[code],
        unit=unit,
        n=len(values),
        missing=missing,
        value=total / len(values) if values else None,
        target=targets.get(code),
        remarks=remarks,
    )


def _median(days: Sequence[int]) -> tuple[str, ...]:
    if not days:
        return ()
    middle = displayed(Fraction(median(map(Fraction, days))), Unit.DAYS)
    return (gettext("median %(middle)s") % {"middle": middle},)

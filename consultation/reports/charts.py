"""The charts of a review: each says its finding in one sentence, and its figures are the review's own."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultation.metrics import Metric, Status, Unit
from consultation.metrics.results import displayed, rounded
from consultation.models.snapshot import ReviewContent
from consultation.tables.figures import with_closures
from mst_sites.look.charts import Bars, Dots, HorizontalBars, Series, Strip, Week
from mst_sites.periods import WEEK, Period, short_day

DASH = "\N{EN DASH}"
OUTCOMES = ("M20", "M21", "M22")
CLOSURES = ("M10", "M11", "M12", "M13")


def outcomes(content: ReviewContent) -> Bars | None:
    """Draw the three outcomes of this period and of those before it against their targets."""
    now = [content.metric(code) for code in OUTCOMES]
    shown = [metric for metric in now if not metric.is_suppressed]
    if not shown:
        return None
    periods = [
        *((earlier.period, earlier.metrics) for earlier in content.previous),
        (content.period, content.metrics),
    ]
    codes = [metric.code for metric in shown]
    series = [
        Series(short_label(period), [value_of(figure(metrics, code)) for code in codes])
        for period, metrics in periods
    ]
    targets = [metric.target for metric in shown]
    return Bars(
        title=outcome_finding(shown),
        groups=[str(metric.name) for metric in shown],
        series=series,
        targets=[float(target.value) if target else None for target in targets],
        operators=[str(target.operator.value) if target else "" for target in targets],
        description=_("Share of cases with an opportunity for a full course, by period."),
        latest_last=True,
        unknown=_("not shown") if content.is_suppressed else "",
    )


def outcome_finding(metrics: Sequence[Metric]) -> str:
    known = [metric for metric in metrics if metric.value is not None]
    if not known:
        return _("No case was closed whose outcomes could be counted.")
    judged = [metric for metric in known if metric.status is not None]
    if not judged:
        return _("What families had reached when their cases were closed")
    met = sum(metric.status == Status.MET for metric in judged)
    count = len(judged)
    if met == count:
        return ngettext(
            "The outcome meets its target", "All %(count)d outcomes meet their targets", count
        ) % {"count": count}
    if met == 0:
        return ngettext(
            "The outcome is below its target", "None of %(count)d outcomes meets its target", count
        ) % {"count": count}
    return _("%(met)d of %(count)d outcomes meet their targets") % {"met": met, "count": count}


def closures(content: ReviewContent) -> HorizontalBars | None:
    """Draw why cases were closed: by reason, and in the copy for commissioners by group."""
    if content.is_suppressed:
        shown = [
            (str(metric.name), metric.k)
            for code in CLOSURES
            if not (metric := content.metric(code)).is_suppressed
        ]
    else:
        shown = [(sentence(closure.text), closure.count) for closure in content.closures]
    if len(shown) <= 1:  # one bar compares nothing
        return None
    rows, counts = zip(*shown, strict=True)
    return HorizontalBars(
        title=closure_finding(content.metric("M10"), content.metric("M07")),
        rows=rows,
        series=[Series(_("Cases"), counts)],
        decimals=0,
    )


def closure_finding(completed: Metric, opportunity: Metric) -> str:
    if completed.is_suppressed:
        return _("Why cases were closed")
    if not opportunity.k:
        return _("No case was closed that had an opportunity for a full course")
    count = {"k": completed.k, "n": completed.n}
    words = ngettext(
        "%(k)d of %(n)d case with an opportunity for a full course was completed",
        "%(k)d of %(n)d cases with an opportunity for a full course were completed",
        completed.n or 0,
    )
    return words % count


def adherence(content: ReviewContent) -> Dots | HorizontalBars | None:
    """Draw each family's mean score against the threshold; in the copy for commissioners two sums."""
    above = content.metric("M63")
    if above.is_suppressed:
        return None
    threshold = displayed(content.threshold, Unit.SCORE)
    if not content.is_suppressed:
        return Dots(
            title=adherence_finding(above, threshold),
            values=[float(mean) for mean in content.adherence],
            threshold=float(content.threshold),
            threshold_label=_("Threshold"),
            description=_("One dot is the mean TAM-R score of one family."),
        )
    above_count, families = above.k or 0, above.n or 0
    return HorizontalBars(
        title=adherence_finding(above, threshold),
        rows=[
            _("%(threshold)s or more") % {"threshold": threshold},
            _("Under %(threshold)s") % {"threshold": threshold},
        ],
        series=[Series(_("Families"), [above_count, families - above_count])],
        decimals=0,
    )


def adherence_finding(above: Metric, threshold: str) -> str:
    if not above.n:
        return _("No family whose case was closed has a TAM-R score")
    words = ngettext(
        "%(k)d of %(n)d family scores %(threshold)s or more for adherence",
        "%(k)d of %(n)d families score %(threshold)s or more for adherence",
        above.n,
    )
    return words % {"k": above.k, "n": above.n, "threshold": threshold}


def weeks(content: ReviewContent) -> Strip | None:
    """Draw the weeks of the period by what became of their consultation."""
    if not content.weeks:
        return None
    held = content.metric("M71")
    finding = _("No week of the period is over yet")
    if held.n:
        words = ngettext(
            "Consultation was held in %(k)d of %(n)d week",
            "Consultation was held in %(k)d of %(n)d weeks",
            held.n,
        )
        finding = with_closures(words % {"k": held.k, "n": held.n}, closed_weeks(content))
    return Strip(title=finding, weeks=[Week(week.monday, week.state) for week in content.weeks])


def closed_weeks(content: ReviewContent) -> int:
    """Count the weeks that were closed by agreement: those that are over, but asked for no consultation."""
    over = [
        week
        for week in content.weeks
        if week.state == "held" or (week.state != "to_come" and week.monday + WEEK <= content.as_of)
    ]
    return len(over) - (content.metric("M71").n or 0)


def value_of(metric: Metric) -> float | None:
    """Give the value as it is printed, so that a chart cannot round it another way."""
    return None if metric.value is None else float(rounded(metric.value, metric.unit))


def figure(metrics: Sequence[Metric], code: str) -> Metric:
    return next(metric for metric in metrics if metric.code == code)


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def short_label(period: Period) -> str:
    """Name a period in few letters: "Jan to Jun 2026" where it is whole months."""
    if period.starts_on.day == 1 and period.ends_on.day == 1:
        first, last = period.starts_on, period.last_day
        if first.year == last.year:
            return f"{month(first)} {DASH} {month(last)} {last.year}"
        return f"{month(first)} {first.year} {DASH} {month(last)} {last.year}"
    return f"{short_day(period.starts_on)} {DASH} {short_day(period.last_day)}"


def month(day: date) -> str:
    return date_format(day, "M")

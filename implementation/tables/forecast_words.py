"""A forecast in words: when, on what it rests, what moved it, and what it is not."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from implementation.models import Stage
from implementation.queries.forecasts import (
    FEWEST_OPENINGS,
    FEWEST_SITES,
    Cause,
    Forecast,
    Group,
    Outlook,
    Pace,
    Refusal,
    Step,
)
from mst_sites.look.parts import Text
from mst_sites.periods import day_label

FEW_SITES = 20  # from here down the interval is visibly widened by their number
MOST = 2 / 3

GROUPS: dict[Group | None, Text] = {
    Group.SAME_MODEL_AND_NATION: gettext_lazy("of the same model and nation"),
    Group.SAME_MODEL: gettext_lazy("of the same model, of every nation"),
    Group.ALL: gettext_lazy("of every model and nation"),
}

# What happened and what it means: for a forecast that is later by it, and for one that is earlier.
CAUSES: dict[Cause, tuple[Text, Text]] = {
    Cause.TIME: (
        gettext_lazy(
            "because time passed: while a site stays in its stage, its opening moves away with the days"
        ),
        gettext_lazy(
            "because time passed: of the sites that stayed in this stage as long, many opened soon afterwards"
        ),
    ),
    Cause.MOVE: (
        gettext_lazy(
            "because of how the site moved: from where it is now, other sites took longer to open"
        ),
        gettext_lazy("because the site moved on: from where it is now, other sites opened sooner"),
    ),
    Cause.SITES: (
        gettext_lazy(
            "because more is known of other sites: comparable ones take longer to open than it seemed"
        ),
        gettext_lazy(
            "because more is known of other sites: comparable ones open sooner than it seemed"
        ),
    ),
}


def sentence(forecast: Forecast) -> str:
    """Say the forecast, or why there is none, in one sentence."""
    if forecast.refusal is not None:
        return refusal_words(forecast)
    first, last = forecast.earliest_on, forecast.latest_on
    if first is None or last is None:
        return ""
    words = {"first": between(first, last), "last": day_label(last)}
    if forecast.is_on_hold:
        form = _("If it were taken up again today: likely to open between %(first)s and %(last)s")
    else:
        form = _("Likely to open between %(first)s and %(last)s")
    if forecast.is_open_ended:
        form += _(", or later")
    said = form % words
    if forecast.planned_on:
        said += _("; planned: %(day)s") % {"day": day_label(forecast.planned_on)}
    return f"{said}."


def between(first: date, last: date) -> str:
    """Write the first of two days without its year where both have the same."""
    return date_format(first, "j F") if first.year == last.year else day_label(first)


def refusal_words(forecast: Forecast) -> str:
    words = {
        "ended": forecast.ended_sites,
        "opened": forecast.opened_sites,
        "running": forecast.running_sites,
        "sites": FEWEST_SITES,
        "openings": FEWEST_OPENINGS,
    }
    said: dict[Refusal | None, str] = {
        Refusal.NOT_BEGUN: _("The set-up has not begun: there is nothing to forecast from yet."),
        Refusal.IS_OPEN: _("The site has opened: there is nothing to forecast any more."),
        Refusal.IS_WITHDRAWN: _("The site was withdrawn: no opening is forecast."),
        Refusal.FEW_SITES: _(
            "There is no forecast yet: %(ended)s comparable sites have come to an end, %(opened)s of them by"
            " opening. A forecast needs %(sites)s, of which %(openings)s opened."
        ),
        Refusal.STILL_UNDER_WAY: _(
            "There is no forecast yet: %(running)s comparable sites are still under way, so that not even the"
            " middle can be told from the %(ended)s that have come to an end."
        ),
    }
    return said[forecast.refusal] % words


def basis(forecast: Forecast) -> str:
    """Say on which sites a forecast rests."""
    words = {
        "sites": forecast.ended_sites + forecast.running_sites,
        "group": GROUPS.get(forecast.group, ""),
        "stage": stage_label(forecast.stage),
        "days": days_words(forecast.days_in_stage),
    }
    said = _(
        "%(sites)s other sites %(group)s that were in the stage “%(stage)s” for longer than this one is now"
        " (%(days)s without holds):"
    )
    return f"{said % words} {fates(forecast)}."


def fates(forecast: Forecast) -> str:
    return _("%(opened)s opened, %(withdrawn)s withdrawn, %(running)s still under way") % {
        "opened": forecast.opened_sites,
        "withdrawn": forecast.withdrawn_sites,
        "running": forecast.running_sites,
    }


def chance_words(forecast: Forecast) -> tuple[str, str]:
    """Return the chance of opening at all, and what stands under it."""
    if forecast.chance is None or forecast.chance_low is None or forecast.chance_high is None:
        return "", ""
    if not forecast.withdrawn_sites:
        return (
            _("%(count)s of %(count)s") % {"count": forecast.opened_sites},
            _("none of the sites that it rests on was withdrawn"),
        )
    low, high = percent(forecast.chance_low), percent(forecast.chance_high)
    # Rubin's bootstrap in plain words: docs/forecast.md.
    note = _(
        "between %(low)s and %(high)s in 80 of 100 recounts, "
        "each of which lets chance decide how much each past site counts"
    )
    return percent(forecast.chance), note % {"low": low, "high": high}


def percent(share: float) -> str:
    """Write a share without claiming what only nearly is."""
    whole = min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)
    return f"{whole}\N{NO-BREAK SPACE}%"


def moved(outlook: Outlook) -> list[str]:
    """Say what moved the forecast since the end of last month, the sum first."""
    if outlook.now.refusal is not None:
        return []
    said = [since_then(outlook)]
    if len(outlook.steps) > 1:
        said += [f"{step_words(step)}." for step in outlook.steps]
    return [*said, *([pace_words(outlook.pace)] if outlook.pace else [])]


def since_then(outlook: Outlook) -> str:
    """Say in one sentence how the forecast differs from the one at the end of last month."""
    before, steps = outlook.before, outlook.steps
    words = {"day": day_label(before.as_of), "days": shift_words(outlook.days_moved or 0)}
    if before.refusal is Refusal.NOT_BEGUN:
        form = _(
            "The set-up began after %(day)s: this is its first month, with nothing to compare it with yet."
        )
    elif before.median_on is None:
        form = _("On %(day)s there was no forecast, so there is nothing to compare this one with.")
    elif outlook.days_moved and len(steps) == 1:
        words["step"] = step_words(steps[0])
        form = _("Since %(day)s the middle of the forecast has moved: it is %(step)s.")
    elif outlook.days_moved:
        form = _("Since %(day)s the middle of the forecast has moved: it is %(days)s. Of that:")
    elif steps:
        form = _("The middle of the forecast is where it was on %(day)s: what moved it evens out.")
    else:
        form = _("The middle of the forecast is where it was on %(day)s: nothing moved it.")
    return form % words


def step_words(step: Step) -> str:
    later, earlier = CAUSES[step.cause]
    return f"{shift_words(step.days)}, {later if step.days > 0 else earlier}"


def shift_words(days: int) -> str:
    if days > 0:
        return ngettext("%(days)d day later", "%(days)d days later", days) % {"days": days}
    return ngettext("%(days)d day earlier", "%(days)d days earlier", -days) % {"days": -days}


def pace_words(pace: Pace) -> str:
    """Say whether the site left its last stage sooner or later than most."""
    said = _("It left “%(stage)s” on %(day)s after %(days)s") % {
        "stage": stage_label(pace.stage),
        "day": day_label(pace.left_on),
        "days": days_words(pace.days),
    }
    if pace.sites < FEWEST_SITES:
        return f"{said}."
    share = pace.slower / pace.sites
    if share >= MOST:
        verdict = _("sooner than most")
    elif share <= 1 - MOST:
        verdict = _("later than most")
    else:
        verdict = _("much as others do")
    counts = _("%(slower)s of %(sites)s stays of other sites were longer") % {
        "slower": pace.slower,
        "sites": pace.sites,
    }
    return f"{said}, {verdict}: {counts}."


def caveats(forecast: Forecast) -> Iterator[str]:
    """Say what a forecast is not, and what holds for this one."""
    yield _("It is no promise. One opening in five falls outside such an interval.")
    yield _("It rests on moves that happened. The planned day has no part in it.")
    if forecast.is_on_hold:
        yield _(
            "The site is on hold. How long a hold lasts is decided by people, so that the forecast begins with"
            " the day on which it is taken up again, as if that were today."
        )
    if forecast.group is not None and forecast.group is not Group.SAME_MODEL_AND_NATION:
        yield _(
            "Fewer than ten sites of the same model and nation are comparable, so others were added."
        )
    if forecast.is_open_ended:
        yield _(
            "Some of the slowest sites are still under way, so that the later end is not known yet."
        )
    if forecast.opened_sites < FEW_SITES:
        yield _("It rests on few sites; the interval is wide because of that.")


def days_words(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def against_middle(days: int) -> str:
    """Say on which side of the middle of its forecast a site opened; under nought is earlier."""
    if not days:
        return _("on the day")
    words = _("%(days)s later") if days > 0 else _("%(days)s earlier")
    return words % {"days": days_words(abs(days))}


def stage_label(code: str) -> str:
    return str(Stage(code).label) if code else ""

"""What the pages of the forecast show: one picture, the tiles, and how past forecasts did."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from implementation.models import PastForecast
from implementation.queries.backtests import BackTest, Score
from implementation.queries.forecasts import Forecast, Outlook
from implementation.tables.forecast_words import (
    against_middle,
    chance_words,
    days_words,
    percent,
    stage_label,
)
from mst_sites.look.charts import Span, Spans
from mst_sites.look.parts import Tile
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import day_label
from mst_sites.tenancy.models import Site

FEW_FORECASTS = 30  # under that a coverage says little


def picture(outlook: Outlook) -> Spans | None:
    """Draw the forecast, the one of a month ago, and what is planned, on one scale."""
    now, before = outlook.now, outlook.before
    rows = [*span_of(now, _("Forecast")), *span_of(before, _("At the end of last month"))]
    if now.refusal is not None or not rows:
        return None
    if now.planned_on:
        rows.append(Span(_("Planned opening"), now.planned_on, now.planned_on))
    return Spans(finding(now), rows, now.as_of, _("Today"))


def finding(forecast: Forecast) -> str:
    """Say how the plan lies to the forecast; without a plan, how wide the forecast is."""
    first, middle, last = forecast.earliest_on, forecast.median_on, forecast.latest_on
    if first is None or middle is None or last is None:
        return ""
    if forecast.planned_on is None:
        return _("The interval spans %(days)s.") % {"days": days_words((last - first).days)}
    off = days_words(abs((forecast.planned_on - middle).days))
    if forecast.planned_on < first:
        said = _("The planned day lies before the interval, %(days)s before its middle.")
    elif forecast.planned_on < middle:
        said = _(
            "The planned day lies in the early part of the interval, %(days)s before the middle."
        )
    elif forecast.covers(forecast.planned_on):
        said = _(
            "The planned day lies in the later part of the interval, %(days)s after the middle."
        )
    else:
        said = _("The planned day lies after the interval, %(days)s after its middle.")
    return said % {"days": off}


def span_of(forecast: Forecast | PastForecast, label: str) -> list[Span]:
    if forecast.refusal or forecast.earliest_on is None or forecast.latest_on is None:
        return []
    is_open = forecast.is_open_ended
    return [Span(label, forecast.earliest_on, forecast.latest_on, forecast.median_on, is_open)]


def tiles(forecast: Forecast) -> list[Tile]:
    if forecast.median_on is None:
        return []
    chance, note = chance_words(forecast)
    shown = [
        Tile(
            _("Middle of the forecast"),
            day_label(forecast.median_on),
            note=_("as many such sites open before it as after it"),
        ),
        Tile(_("Chance of opening at all"), chance, note=note),
    ]
    if forecast.planned_on and forecast.chance_by_planned is not None:
        words = {"chance": percent(forecast.chance_by_planned)}
        shown.append(
            Tile(
                _("Planned opening"),
                day_label(forecast.planned_on),
                note=_("chance to be open by then: %(chance)s") % words,
            )
        )
    return shown


def score_sentence(score: Score) -> str:
    """Say how past forecasts did in one sentence."""
    words = {
        "covered": score.covered,
        "forecasts": score.forecasts,
        "sites": score.sites,
        "share": percent(score.coverage or 0),
    }
    said = _(
        "%(covered)s of %(forecasts)s past forecasts of %(sites)s sites (%(share)s) had the opening within their"
        " interval; 80 %% should have."
    )
    return said % words


def stage_scores(test: BackTest) -> Table:
    columns = [
        Column(_("Forecast in stage")),
        Column(_("Sites"), numeric=True),
        Column(_("Forecasts"), numeric=True),
        Column(_("Within the interval"), numeric=True),
        Column(_("Middle off by"), numeric=True),
        Column(_("No forecast"), numeric=True),
    ]
    rows = [
        Row([f"{stage.value} {stage.label}", *score_cells(score)])
        for stage, score in test.by_stage.items()
    ]
    rows.append(Row([_("All stages"), *score_cells(test.overall)]))
    return Table(_("How forecasts did, by the stage in which they were made"), columns, rows)


def score_cells(score: Score) -> list[Cell | str]:
    covered = (
        f"{score.covered} ({percent(score.coverage)})"
        if score.coverage is not None
        else "\N{EN DASH}"
    )
    return [
        str(score.sites),
        str(score.forecasts),
        covered,
        off_by(score),
        str(score.refused),
    ]


def off_by(score: Score) -> str:
    if score.median_error is None:
        return "\N{EN DASH}"
    return days_words(round(score.median_error))


def site_scores(
    sites: Sequence[Site], scores: Mapping[int, Score], page: Any, params: Mapping[str, Any]
) -> Table:
    columns = [
        Column(_("Site")),
        Column(_("Opened")),
        Column(_("Forecasts"), numeric=True),
        Column(_("Within the interval"), numeric=True),
        Column(_("Middle off by"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(site.name, url=reverse("backtest-detail", args=[site.slug])),
                day_label(site.opened_on) if site.opened_on else "",
                *score_cells(scores[site.pk])[1:4],
            ]
        )
        for site in sites
    ]
    return Table(_("Sites that opened"), columns, rows, page=Page.of(page), params=params)


def past_picture(kept: Sequence[PastForecast]) -> Spans | None:
    """Draw what was forecast at the end of each month against the opening."""
    rows = [span for each in kept for span in span_of(each, date_format(each.made_on, "M Y"))]
    if not rows:
        return None
    covered = sum(each.covers for each in kept)
    title = _("The opening fell within %(covered)s of %(forecasts)s intervals.") % {
        "covered": covered,
        "forecasts": len(rows),
    }
    return Spans(title, rows, kept[0].opened_on, _("Opened"), is_compact=True)


def past_table(kept: Sequence[PastForecast]) -> Table:
    columns = [
        Column(_("At the end of")),
        Column(_("Stage")),
        Column(_("Sites it rested on"), numeric=True),
        Column(_("Interval")),
        Column(_("Middle"), one_line=True),
        Column(_("Opened, against the middle")),
    ]
    return Table(
        _("What was forecast at the end of each month"),
        columns,
        [Row([date_format(each.made_on, "F Y"), *past_cells(each)]) for each in kept],
    )


def past_cells(each: PastForecast) -> list[Cell | str]:
    stage = f"{each.stage} {stage_label(each.stage)}"
    spans = span_of(each, "")
    if not spans or each.median_on is None or each.error_days is None:
        return [
            stage,
            str(each.ended_sites),
            Cell(_("No forecast"), note=_("too few sites")),
            "",
            "",
        ]
    held = Cell(
        spans[0].words,
        note=_("the site opened in it") if each.covers else _("the site opened outside it"),
    )
    return [
        stage,
        str(each.ended_sites),
        held,
        day_label(each.median_on),
        against_middle(each.error_days),
    ]

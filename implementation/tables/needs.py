"""Need and capacity as the records of the look: for the page, the fragment that calculates, and the paper alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Confidence, FigureCode, NeedsAnalysis
from implementation.queries.needs import Figure
from implementation.tables.money import exact_money, number, percent
from mst_sites.look.parts import Fact, Tile
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, local_day
from mst_sites.tenancy.models import MstModel, Site

DASH = "\N{EN DASH}"
Content = Mapping[str, Any]  # of a scenario: `queries.board.scenario_content`


@dataclass(frozen=True)
class Verdict:
    """What the figures mean, in plain words."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True)
class Source:
    text: str
    address: str = ""


def shown_figure(figure: Figure, nation: str) -> str:
    if figure.code == FigureCode.PLACEMENT_COST:
        return exact_money(figure.value, nation)
    return number(figure.value, 2)


def figure_table(figures: Sequence[Figure], nation: str) -> Table:
    columns = [
        Column(_("What is counted")),
        Column(_("In a year"), numeric=True),
        Column(_("Year"), numeric=True),
        Column(_("How sure")),
        Column(_("Source")),
    ]
    rows = [
        Row(
            [
                str(FigureCode(figure.code).label),
                shown_figure(figure, nation),
                str(figure.year),
                str(Confidence(figure.confidence).label),
                figure.source,
            ]
        )
        for figure in figures
    ]
    return Table(_("The figures behind it"), columns, rows)


def estimate_facts(needs: NeedsAnalysis) -> list[Fact]:
    return [
        Fact(_("Eligible young people in a year"), estimate(needs)),
        Fact(_("Source"), needs.eligible_source),
        Fact(_("Year"), str(needs.eligible_year)),
        Fact(_("How sure"), needs.get_eligible_confidence_display()),
    ]


def estimate(row: Any) -> str:
    return _("%(central)s (%(low)s to %(high)s)") % {
        "low": number(row.eligible_low),
        "central": number(row.eligible_central),
        "high": number(row.eligible_high),
    }


def range_of(values: Sequence[Any]) -> str:
    """Write low, central and high; one number where they are the same."""
    low, central, high = values
    if low == high:
        return number(low)
    return _("%(central)s (%(low)s to %(high)s)") % {
        "low": number(low),
        "central": number(central),
        "high": number(high),
    }


def eligible(content: Content) -> list[int]:
    return [content[f"eligible_{each}"] for each in ("low", "central", "high")]


def capacity_tiles(content: Content) -> list[Tile]:
    """Show what a scenario comes to."""
    families = Decimal(content["families"])
    team = Decimal(content["families_per_team"])
    return [
        Tile(
            _("Families in a year"),
            number(families),
            _("%(families)s for each team") % {"families": number(team)}
            if content["teams"] > 1
            else "",
        ),
        Tile(_("Places at a time"), number(Decimal(content["places"]), 1)),
        Tile(_("Referrals needed in a year"), number(content["referrals"])),
        Tile(
            _("Teams the need supports"),
            number(content["supported"][1]),
            _("low %(low)s, high %(high)s")
            % {"low": content["supported"][0], "high": content["supported"][2]},
        ),
    ]


def verdict_of(content: Content) -> Verdict:
    """Say whether the need keeps the planned teams busy."""
    low, central, high = content["supported"]
    teams = content["teams"]
    team = Decimal(content["families_per_team"])
    share = Decimal(content["acceptance"]) / 100
    brings = {each: content[f"eligible_{each}"] * share for each in ("low", "central", "high")}
    # Whole families, unless that would make equal what is not.
    whole = {number(value) for value in brings.values()}
    places = 2 if number(team) in whole and team not in brings.values() else 0
    words = {name: number(value, places) for name, value in {**brings, "team": team}.items()}
    if high < 1:
        return Verdict(
            "bad",
            _("The need does not fill one team"),
            _(
                "One team treats %(team)s families in a year. Even the high estimate brings %(high)s. Look at a wider "
                "area, or at several councils together, before you go on."
            )
            % words,
        )
    if central < 1:
        return Verdict(
            "warn",
            _("The need may not fill one team"),
            _(
                "One team treats %(team)s families in a year. The central estimate brings %(central)s; only the high "
                "one, %(high)s, fills a team."
            )
            % words,
        )
    title = ngettext("The need fills %(teams)d team", "The need fills %(teams)d teams", central) % {
        "teams": central
    }
    text = _(
        "One team treats %(team)s families in a year. The central estimate brings %(central)s families, the low one "
        "%(low)s and the high one %(high)s."
    )
    if central < teams:
        more = ngettext(
            "You plan %(teams)d team: more than the need fills.",
            "You plan %(teams)d teams: more than the need fills.",
            teams,
        )
        return Verdict("warn", title, f"{text % words} {more % {'teams': teams}}")
    if low < teams:
        caution = _("Under the low estimate the service that you plan would not be full.")
        return Verdict("info", title, f"{text % words} {caution}")
    return Verdict("good", title, text % words)


def scenario_table(contents: Sequence[Content]) -> Table:
    """Put scenarios side by side, assumptions first, then what they come to."""
    columns = [
        Column(_("Assumed")),
        *(
            Column(
                _("%(name)s (planned)") % {"name": content["name"]}
                if content.get("is_planned")
                else content["name"],
                numeric=True,
            )
            for content in contents
        ),
    ]
    lines: list[tuple[str, list[str]]] = [
        (_("MST model"), [str(MstModel(each["model"]).label) for each in contents]),
        (_("Teams"), [number(each["teams"]) for each in contents]),
        (_("Therapists in each team"), [decimal(each, "therapists") for each in contents]),
        (_("Families for each therapist"), [decimal(each, "caseload") for each in contents]),
        (_("Months of treatment"), [decimal(each, "treatment_months") for each in contents]),
        (_("Places in use"), [percent(Decimal(each["utilisation"])) for each in contents]),
        (_("Families that take part"), [percent(Decimal(each["acceptance"])) for each in contents]),
        (_("Eligible young people"), [range_of(eligible(each)) for each in contents]),
        (_("Places at a time"), [decimal(each, "places") for each in contents]),
        (_("Families in a year"), [number(Decimal(each["families"])) for each in contents]),
        (_("Referrals needed"), [number(each["referrals"]) for each in contents]),
        (_("Teams the need supports"), [range_of(each["supported"]) for each in contents]),
    ]
    rows = [Row([label, *values]) for label, values in lines]
    return Table(_("Scenarios side by side"), columns, rows)


def decimal(content: Content, name: str) -> str:
    return number(Decimal(content[name]), 1)


def sources(published: Iterable[Sequence[str]]) -> list[Source]:
    """Say where the figures that a scenario starts from were published."""
    return [Source(text, address) for text, address in published]


def edition_table(site: Site, editions: Sequence[NeedsAnalysis]) -> Table:
    columns = [
        Column(_("Edition"), numeric=True),
        Column(_("Saved")),
        Column(_("By")),
        Column(_("Eligible in a year"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(str(each.number), url=reverse("needs-edition", args=[site.slug, each.pk])),
                day_label(local_day(each.written_at)),
                each.written_by.full_name if each.written_by else _("The system"),
                estimate(each) if each.has_estimate else DASH,
            ]
        )
        for each in editions
    ]
    return Table(_("Editions"), columns, rows)

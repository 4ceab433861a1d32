"""The parts of a review in their order: each a heading, a chart where there is one, and a table of figures."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultation.models.snapshot import ReviewContent
from consultation.reports import charts
from consultation.tables import figures
from mst_sites.look.charts import Chart
from mst_sites.look.tables import Table

REFERRALS = ("M01", "M02", "M03", "M04", "M05")
CLOSURES = ("M06", "M07", "M10", "M11", "M12", "M13", "M40")
OUTCOMES = ("M20", "M21", "M22", "M23")
ADHERENCE = ("M60", "M61", "M62", "M63")
CONSULTATION = ("M71",)


@dataclass(frozen=True)
class Section:
    """One part; `hidden` says why there is no chart where readers would expect one."""

    name: str
    title: str | Promise
    table: Table
    chart: Chart | None = None
    hidden: str | Promise = ""


def sections(content: ReviewContent) -> list[Section]:
    """Give the parts, what families reached first."""
    hidden = (
        _("This chart is left out: it would show small numbers.") if content.is_suppressed else ""
    )
    parts = (
        ("outcomes", _("Outcomes for families"), OUTCOMES, charts.outcomes(content)),
        ("closures", _("Closures and completion"), CLOSURES, charts.closures(content)),
        ("adherence", _("Adherence to the model"), ADHERENCE, charts.adherence(content)),
        ("consultation", _("Weekly consultation"), CONSULTATION, charts.weeks(content)),
        ("referrals", _("Referrals and starts"), REFERRALS, None),
    )
    return [
        Section(
            name,
            title,
            figures.figure_table(content, _("Results and targets"), codes),
            chart,
            hidden if chart is None and name != "referrals" else "",
        )
        for name, title, codes, chart in parts
    ]

"""The figures of a review as the look's tables, tiles and facts, for page and PDF alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultation.metrics import Metric, Unit
from consultation.metrics.results import SMALL_NUMBER
from consultation.models.snapshot import Issue, ReviewContent
from mst_sites.look.parts import Fact, Text, Tile
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, local_day

DASH = "\N{EN DASH}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# What a director reads first.
HEADLINES = ("M10", "M20", "M21", "M22", "M63")
INSTEAD = ("M07", "M40", "M60", "M61", "M71")


@dataclass(frozen=True)
class Definition:
    code: str
    name: str
    text: str


def headline_tiles(content: ReviewContent) -> list[Tile]:
    """Show the five figures that come first; in a suppressed copy, the first five that may be shown."""
    metrics = [content.metric(code) for code in HEADLINES]
    if content.is_suppressed:
        metrics += [content.metric(code) for code in INSTEAD]
        metrics = [metric for metric in metrics if not metric.is_suppressed]
    return [
        Tile(
            label=metric.name,
            figure=metric.display,
            note=note_of_tile(metric),
            status=status_code(metric),
        )
        for metric in metrics[: len(HEADLINES)]
    ]


def note_of_tile(metric: Metric) -> str:
    """Say k of n and the target, each kept on one line."""
    parts = filter(None, (share(metric), metric.target_display))
    return "; ".join(part.replace(" ", NO_BREAK_SPACE) for part in parts)


def together(text: str) -> str:
    """Keep the last two words of a text on one line, such as a number and its unit."""
    return NO_BREAK_SPACE.join(text.rsplit(" ", 1))


def figure_table(content: ReviewContent, title: Text, codes: Sequence[str]) -> Table:
    columns = [
        Column(_("Figure")),
        Column(_("Result"), numeric=True),
        Column(_("Target")),
        Column(_("Status")),
    ]
    rows = [figure_row(content.metric(code)) for code in codes]
    return Table(title, columns, rows)


def figure_row(metric: Metric) -> Row:
    status = status_code(metric)
    return Row(
        [
            Cell(metric.name, note="" if metric.is_suppressed else metric.note),
            Cell(metric.display, note=counted(metric)),
            together(metric.target_display) or _("none"),
            Cell(status=status) if status else DASH,
        ]
    )


def counted(metric: Metric) -> str:
    """Say what stands behind a figure: k of n, the cases behind a mean, and who is missing."""
    if metric.is_suppressed:
        return ""
    parts = [share(metric)] if share(metric) else []
    if metric.unit != Unit.PERCENT and metric.n is not None:
        parts.append(ngettext("%(n)d case", "%(n)d cases", metric.n) % {"n": metric.n})
    if metric.missing:
        parts.append(_("%(count)d not known") % {"count": metric.missing})
    return ", ".join(parts)


def share(metric: Metric) -> str:
    if metric.unit != Unit.PERCENT or metric.is_suppressed:
        return ""
    return _("%(k)d of %(n)d") % {"k": metric.k, "n": metric.n}


def left_out(closed: int) -> str:
    """Say how many weeks a count of consultations leaves out, where more weeks are shown than it counts."""
    if not closed:
        return ""
    words = ngettext(
        "%(count)d week of agreed closure is left out",
        "%(count)d weeks of agreed closure are left out",
        closed,
    )
    return words % {"count": closed}


def with_closures(counted: str, closed: int) -> str:
    return "; ".join(filter(None, (counted, left_out(closed))))


def status_code(metric: Metric) -> str:
    return metric.status.value.replace(" ", "_") if metric.status else ""


def definitions(content: ReviewContent) -> list[Definition]:
    return [
        Definition(metric.code, str(metric.name), content.definitions[metric.code])
        for metric in content.metrics
        if metric.code in content.definitions
    ]


def data_quality(content: ReviewContent) -> list[str]:
    """Say what is not known, and which figures rest on few cases."""
    shown = [metric for metric in content.metrics if not metric.is_suppressed]
    sentences = [
        _("%(figure)s: not known for %(missing)d of %(all)d.")
        % {
            "figure": metric.name,
            "missing": metric.missing,
            "all": metric.missing + (metric.n or 0),
        }
        for metric in shown
        if metric.missing
    ]
    few = [str(metric.name) for metric in shown if is_few(metric)]
    if few:
        words = _(
            "Fewer than %(few)d cases stand behind these, so one case moves them far: %(names)s."
        )
        sentences.append(words % {"few": SMALL_NUMBER, "names": "; ".join(few)})
    silent = sum(week.state == "missing" for week in content.weeks)
    if silent:
        words = ngettext(
            "%(count)d week has no consultation note.",
            "%(count)d weeks have no consultation note.",
            silent,
        )
        sentences.append(words % {"count": silent})
    if content.is_suppressed:
        sentences.append(
            _(
                "Counts of 1 to 4, and whatever would give one away, are suppressed to protect families."
            )
        )
    return sentences or [_("Nothing is missing that these figures need.")]


def is_few(metric: Metric) -> bool:
    return metric.unit != Unit.COUNT and metric.n is not None and 0 < metric.n < SMALL_NUMBER


def cover_facts(content: ReviewContent) -> list[Fact]:
    facts = [
        Fact(_("Team"), content.team),
        Fact(_("Provider"), content.provider or _("not chosen yet")),
        Fact(_("MST model"), content.model),
        Fact(_("Figures as of"), day_label(content.as_of)),
    ]
    if content.issue is None:
        return [*facts, Fact(_("Status"), _("Draft, not issued"))]
    return [
        *facts,
        Fact(_("Prepared by"), content.issue.prepared_by or _("MST UK")),
        Fact(_("Status"), issued_words(content.issue)),
    ]


def issued_words(issue: Issue) -> str:
    return _("Issued on %(day)s, edition %(edition)d") % {
        "day": day_label(local_day(issue.issued_at)),
        "edition": issue.edition,
    }


def signing_facts(content: ReviewContent) -> list[Fact]:
    """Say who answers for the review, and to whom it goes."""
    issue = content.issue
    if issue is None:
        return [Fact(_("Status"), _("Draft, not issued"))]
    facts = [
        Fact(_("Prepared by"), issue.prepared_by or _("MST UK")),
        Fact(_("Issued by"), issue.issued_by or _("MST UK")),
        Fact(_("Status"), issued_words(issue)),
        Fact(
            _("Distribution"), "\n".join(issue.distribution) or _("Nobody is named for this site.")
        ),
    ]
    if issue.supersedes:
        facts.append(Fact(_("Supersedes"), issue.supersedes))
    return facts

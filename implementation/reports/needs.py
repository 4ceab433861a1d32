"""Need and capacity on one page for a board, drawn from the paper's kept content and nothing else."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from implementation.models import BoardPaper, Confidence, FigureCode
from implementation.queries.board import fingerprint
from implementation.queries.capacity import BUILT_IN
from implementation.queries.defaults import once
from implementation.queries.needs import Figure, paper_of
from implementation.tables import needs as tables
from mst_sites.delivery import pdf
from mst_sites.delivery.models import Document
from mst_sites.delivery.renderers import Progress
from mst_sites.languages import speaking
from mst_sites.look.parts import Fact

STEPS = 2  # the content is read, the page is drawn


class DamagedPaperError(RuntimeError):
    """The kept content is not what was asked for."""


def draw_paper(document: Document, progress: Progress) -> Callable[[], bytes]:
    """Read a paper; return what draws it.

    :raises DamagedPaperError: its content is not what it was.
    """
    progress(0, STEPS)
    paper = paper_of(document.subject_id)
    draw = drawing_of(paper)
    progress(1, STEPS)

    def drawn() -> bytes:
        content = draw()
        progress(STEPS, STEPS)
        return content

    return drawn


def drawing_of(paper: BoardPaper) -> Callable[[], bytes]:
    if fingerprint(paper.content) != paper.sha256:
        raise DamagedPaperError(str(paper.pk))
    html = html_of(paper.content, paper.sha256)
    created = paper.asked_at
    return lambda: pdf.render(html, created=created)


def html_of(content: Mapping[str, Any], sha256: str) -> str:
    """Write the page that becomes the PDF, in the language of the site."""
    with speaking(content["language"]):
        scenarios = [
            {**each, "is_planned": place == 0} for place, each in enumerate(content["scenarios"])
        ]
        planned = scenarios[0]
        figures = [
            Figure.from_json(content["figures"][code])
            for code in FigureCode.values
            if code in content["figures"]
        ]
        return render_to_string(
            "pdf/needs.html",
            {
                "content": content,
                "as_of": date.fromisoformat(content["as_of"]),
                "facts": facts_of(content),
                "tiles": tables.capacity_tiles(planned),
                "verdict": tables.verdict_of(planned),
                "figures": tables.figure_table(figures, content["nation"]) if figures else None,
                "scenarios": tables.scenario_table(scenarios),
                "widths": {1: "60,40", 2: "40,30,30", 3: "40,20,20,20"}[len(scenarios)],
                "sources": tables.sources(sources_in(content)),
                "grounds": [each for each in scenarios if each["grounds"]],
                "seal": sha256[:16],
            },
        )


def sources_in(content: Mapping[str, Any]) -> list[Any]:
    """Return the sources that a paper keeps; one from before the editions was made from the first."""
    kept: list[Any] | None = content.get("sources")
    if kept is None:
        return once([BUILT_IN.sources(each["model"]) for each in content["scenarios"]])
    return kept


def facts_of(content: Mapping[str, Any]) -> list[Fact]:
    estimate = content["eligible"]
    return [
        Fact(_("Areas"), content["areas"]),
        Fact(_("Provider"), content["provider"] or _("not chosen yet")),
        Fact(
            _("Eligible in a year"),
            _("%(range)s; %(sure)s, %(year)d: %(source)s")
            % {
                "range": tables.range_of([estimate["low"], estimate["central"], estimate["high"]]),
                "sure": str(Confidence(estimate["confidence"]).label),
                "year": estimate["year"],
                "source": estimate["source"],
            },
        ),
    ]

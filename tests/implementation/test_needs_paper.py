"""The paper for a board: one page, tagged, the same bytes twice, with its sources and the word "modelled"."""

import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest

from implementation.models import BoardPaper, FigureCode
from implementation.operations import needs as operations
from implementation.queries.board import board_content, fingerprint
from implementation.reports.needs import DamagedPaperError, draw_paper, drawing_of
from tests.factories import (
    CapacityScenarioFactory,
    NeedsAnalysisFactory,
    OrganisationFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def figure(code, source="Count of the partnership"):
    return {"code": code, "value": "1234.5", "source": source, "year": 2025, "confidence": "MEDIUM"}


def paper(*, scenarios=2, language="en-gb", figures=None, **words):
    site = SiteFactory(name="Afon Valley", language=language, provider=OrganisationFactory())
    NeedsAnalysisFactory(site=site, figures=figures or {}, **words)
    for place in range(scenarios):
        CapacityScenarioFactory(
            site=site, is_planned=place == 0, model="standard" if place else "can"
        )
    content = board_content(site, today=NOW.date())
    return BoardPaper(site=site, content=content, sha256=fingerprint(content), asked_at=NOW)


def full(**changes):
    return paper(
        scenarios=4,
        figures={code: figure(code) for code in FigureCode.values},
        areas="Two councils and a health board",
        gap="Nothing is offered in the evening. " * 12,
        **changes,
    )


def longest():
    made = paper(
        scenarios=4,
        figures={
            code: figure(code, f"{LONG_WORD} {'source ' * 30}"[:300]) for code in FigureCode.values
        },
        areas=f"{LONG_WORD} {'council ' * 30}"[:300],
        gap=f"{LONG_WORD} {'a gap told at length ' * 200}"[:3_000],
    )
    for each in made.content["scenarios"]:
        each["grounds"] = "an assumption told at length " * 30
        each["name"] = LONG_WORD
    made.sha256 = fingerprint(made.content)
    return made


PAPERS = {"plain": lambda: paper(scenarios=1), "full": full, "longest": longest}


def text_of(drawn):
    with pypdfium2.PdfDocument(drawn) as opened:
        text = " ".join(page.get_textpage().get_text_range() for page in opened)
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.parametrize("kind", PAPERS)
def test_paper_passes_verapdf(kind, verapdf, tmp_path):
    path = tmp_path / f"{kind}.pdf"
    path.write_bytes(drawing_of(PAPERS[kind]())())

    verdict = verapdf(path)

    assert verdict.failures == ()
    assert verdict.is_compliant


@pytest.mark.parametrize("kind", ["plain", "full"])
def test_paper_is_one_page(kind):
    with pypdfium2.PdfDocument(drawing_of(PAPERS[kind]())()) as opened:
        assert len(opened) == 1


def test_paper_says_its_sources_and_that_it_is_modelled():
    text = text_of(drawing_of(full())())

    for words in (
        "Modelled, not measured",
        "Afon Valley",
        "80 (60 to 120)",
        "Count of the partnership",
        "Six to nine months of treatment",
        "blueprintsprograms.org",
        "For decision · as of 4 May 2026 · edition 1",
    ):
        assert words in text
    assert text.count("1,234.5") == 9


@pytest.mark.usefixtures("welsh")
def test_paper_is_tagged_in_the_language_of_the_site():
    with pikepdf.open(io.BytesIO(drawing_of(full(language="cy"))())) as opened:
        assert str(opened.Root.Lang) == "cy"
        assert bool(opened.Root.MarkInfo.Marked)
        with opened.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_paper_is_the_same_bytes_twice():
    made = full()

    assert drawing_of(made)() == drawing_of(made)()


def test_paper_refuses_content_that_was_changed():
    made = paper()
    made.content["areas"] = "Another council"

    with pytest.raises(DamagedPaperError):
        drawing_of(made)


def test_paper_is_drawn_from_what_was_asked_for():
    """What the site saves afterwards is in the next paper."""
    site = SiteFactory()
    NeedsAnalysisFactory(site=site, areas="As it was")
    CapacityScenarioFactory(site=site, is_planned=True, utilisation=Decimal(100))
    document = operations.request_paper(site=site, now=NOW, by=None)
    NeedsAnalysisFactory(site=site, number=2, areas="As it is now")
    steps = []

    drawn = draw_paper(document, lambda done, total: steps.append((done, total)))()

    assert "As it was" in text_of(drawn)
    assert steps == [(0, 2), (1, 2), (2, 2)]

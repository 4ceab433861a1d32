"""The PDF of a review: tagged, accessible, the same bytes twice, and true to the figures in every copy."""

import io
import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pikepdf
import pypdfium2
import pytest

from consultation.metrics import review_metrics
from consultation.models.snapshot import Issue, Narrative, ReviewContent
from consultation.queries import review_content
from consultation.reports.drawing import Seal, html_of
from mst_sites.delivery import pdf
from tests.consultation.half_year import HALF, TODAY, afon, cases, import_cases
from tests.consultation.standard import STANDARD
from tests.factories import NoteFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

CREATED = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)
SEAL = Seal("3f" * 32, 42, "ab" * 32)
ISSUE = Issue(2, "Demo Consultant", "Demo Consultant", CREATED, ("Example Council",), "9c" * 32)
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
LONGEST = Narrative(
    "\n\n".join([("Sentence after sentence about this team. " * 30).strip()] * 5)[:6_000],
    tuple(f"{LONG_WORD} {'a strength told at length ' * 28}"[:800] for _ in range(3)),
    tuple(f"{'x' * 300} {'a barrier told at length ' * 18}"[:800] for _ in range(3)),
    tuple(f"{place}. {'something is to be done ' * 30}"[:800] for place in range(12)),
)
HOSTILE = (
    '<img src="https://example.org/x"> <script>alert(1)</script> &amp; {{ seal }} {% now "Y" %} '
    "<style>@import url(https://example.org/y);</style>"
)


def empty():
    figures = review_metrics(
        episodes=[],
        weeks=[],
        period=HALF,
        today=TODAY,
        targets=STANDARD,
        since=HALF.starts_on,
    )
    return ReviewContent(
        site="Afon Valley",
        team="Afon team",
        provider="",
        model="Standard MST",
        language="en-gb",
        period=HALF,
        as_of=TODAY,
        metrics=figures,
        definitions={},
    )


@pytest.fixture
def typical():
    team = afon(opened_on=date(2024, 1, 1))
    team.site.provider = OrganisationFactory()
    import_cases(team)
    for monday in HALF.mondays():
        NoteFactory(
            team=team,
            week_starts_on=monday,
            status="FILED",
            filed_at=CREATED,
            held_on=monday,
            minutes=60,
            mode="PHONE",
        )
    words = Narrative("A steady half-year.", ("One",), ("Two",), ("Three",))
    return review_content(team=team, period=HALF, today=TODAY).with_narrative(words).issued(ISSUE)


@pytest.fixture
def contents(typical):
    return {
        "empty": empty(),
        "typical": typical,
        "commissioner": typical.for_commissioners(),
        "longest": replace(
            typical,
            site=LONG_WORD * 2,
            team=f"Team {LONG_WORD}",
            provider="A provider with a long name " * 4,
            narrative=LONGEST,
        ),
        "hostile": typical.with_narrative(Narrative(HOSTILE, (HOSTILE,), (HOSTILE,), (HOSTILE,))),
    }


def draw(content):
    return pdf.render(html_of(content, SEAL), created=CREATED)


def text_of(drawn):
    with pypdfium2.PdfDocument(drawn) as opened:
        text = " ".join(page.get_textpage().get_text_range() for page in opened)
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def elements(node, found=None):
    """Walk the tree of tags."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Array):
        for child in node:
            elements(child, found)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append(node)
        if "/K" in node:
            elements(node.K, found)
    return found


def test_pdf_is_tagged_from_the_title_to_the_last_table(typical):
    with pikepdf.open(io.BytesIO(draw(typical))) as opened:
        root = opened.Root
        tags = elements(root.StructTreeRoot.K)
        names = [str(tag.S) for tag in tags]
        with opened.open_metadata() as metadata:
            title, part = metadata["dc:title"], metadata["pdfuaid:part"]

        assert str(root.Lang) == "en-gb"
        assert part == "1"
        assert (
            title == "Performance Implementation Review, Afon team, 1 January 2026 to 30 June 2026"
        )
        assert bool(root.MarkInfo.Marked)
        assert len(opened.attachments) == 0
        headings = [name for name in names if re.fullmatch(r"/H\d", name)]
        assert headings[0] == "/H1"
        assert headings.count("/H1") == 1
        steps = [int(name[2]) for name in headings]
        assert all(after - before <= 1 for before, after in itertools.pairwise(steps))
        figures = [tag for tag in tags if tag.S == "/Figure"]
        alternatives = [str(tag.Alt) for tag in figures]
        assert "2 of 3 outcomes meet their targets" in alternatives
        assert (
            "120 of 139 cases with an opportunity for a full course were completed" in alternatives
        )
        assert "139 of 139 families score 0.61 or more for adherence" in alternatives
        assert "Consultation was held in 26 of 26 weeks" in alternatives
        headers = {str(tag.ID) for tag in tags if tag.S == "/TH"}
        cells = [headers_of(tag) for tag in tags if tag.S == "/TD"]
        assert {len(named) for named in cells} == {2}  # its row and its column
        assert headers >= {name for named in cells for name in named}
        assert names.count("/Table") == 9


def headers_of(cell):
    return [str(name) for name in cell.A.Headers]


@pytest.mark.parametrize("kind", ["empty", "typical", "commissioner", "longest"])
def test_pdf_passes_verapdf(kind, contents, verapdf, tmp_path):
    path = tmp_path / f"{kind}.pdf"
    path.write_bytes(draw(contents[kind]))

    verdict = verapdf(path)

    assert verdict.failures == ()
    assert verdict.is_compliant


def test_pdf_shows_the_figures_of_the_command(typical):
    text = text_of(draw(typical))

    for metric in typical.metrics:
        assert str(metric.as_json()["name"]) in text
        assert metric.display in text
    for words in ("A steady half-year.", "130 of 137, 2 not known", "edition 2"):
        assert words in text


def test_pdf_says_by_what_it_can_be_checked(typical):
    with pypdfium2.PdfDocument(draw(typical)) as opened:
        pages = [page.get_textpage().get_text_range() for page in opened]

    for number, page in enumerate(pages[1:], 2):
        assert "Content 3f3f3f3f3f3f3f3f · audit 42, abababababababab" in page
        assert f"{number} / {len(pages)}" in page
    assert "3f" * 32 in "".join(pages[-1].split())
    assert "9c" * 32 in "".join(pages[-1].split())


def test_pdf_is_the_same_bytes_twice(typical):
    assert draw(typical) == draw(typical)


def test_pdf_shows_what_was_typed_and_obeys_none_of_it(contents):
    text = text_of(draw(contents["hostile"]))

    assert text.count("<script>alert(1)</script>") == 4
    assert text.count('{% now "Y" %}') == 4


def test_pdf_of_commissioners_holds_no_small_number():
    """Three not engaged, one not at home, two not known: nothing of that can be read."""
    team = afon()
    rows = cases(
        completed=30, not_engaged=3, placed=0, moved=2, known=(33, 31, 33), outcomes=(32, 28, 30)
    )
    import_cases(team, rows)
    content = review_content(team=team, period=HALF, today=TODAY)

    full, copy = text_of(draw(content)), text_of(draw(content.for_commissioners()))

    for small in ("3 of 33", "32 of 33", "28 of 31, 2 not known", "2 of 35", "Family moved away"):
        assert re.search(rf"\b{small}\b", full)
        assert not re.search(rf"\b{small}\b", copy)
    assert "suppressed" in copy
    assert "suppressed" not in full


@pytest.mark.usefixtures("welsh")
def test_pdf_of_a_welsh_site_is_in_its_language(typical):
    with pikepdf.open(io.BytesIO(draw(replace(typical, language="cy")))) as opened:
        assert str(opened.Root.Lang) == "cy"


def test_pdf_of_an_adaptation_has_no_targets_lent_to_it():
    team = afon(model="can")
    import_cases(team)

    content = review_content(team=team, period=HALF, today=TODAY)

    assert {metric.target for metric in content.metrics} == {None}
    assert "at least 90" not in text_of(draw(content))

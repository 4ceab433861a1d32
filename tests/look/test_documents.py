"""The base of documents: tagged for readers, in the house's typeface alone, Welsh letters too."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from mst_sites.delivery import pdf
from mst_sites.look import examples
from mst_sites.look.parts import Fact

TEMPLATE = """{% extends "pdf/base.html" %}{% load look %}
{% block title %}Review{% endblock %}{% block site %}Dŵr Coch{% endblock %}{% block heading %}Review{% endblock %}
{% block cover_facts %}{% pdf_facts facts %}{% endblock %}
{% block content %}<h2>Outcomes</h2>{% pdf_tiles tiles %}{% pdf_table table widths="25,25,30,20" %}
<h2 class="part">Charts</h2>{% for spec in charts %}{% pdf_chart spec %}{% endfor %}{% endblock %}"""


@pytest.fixture
def document() -> bytes:
    from django.template import engines

    facts = [Fact("Tîm", "Ysgol Ŷr Ŵyn"), Fact("Status", "", status="draft")]
    context: dict[str, Any] = {**examples.components({}), "facts": facts}
    html = engines["django"].from_string(TEMPLATE).render(context)
    return pdf.render(html, created=datetime(2026, 7, 1, tzinfo=UTC))


def test_document_passes_verapdf(
    document: bytes, verapdf: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "review.pdf"
    path.write_bytes(document)

    assert verapdf(path).failures == ()


def test_document_embeds_the_bundled_typeface_and_no_other(document: bytes, tmp_path: Path) -> None:
    path = tmp_path / "review.pdf"
    path.write_bytes(document)

    with pikepdf.open(path) as opened:
        fonts = {
            str(font.BaseFont).split("+")[-1].strip(",")
            for page in opened.pages
            for font in page.resources.get("/Font", {}).values()
        }

    assert {name.startswith("Source-Sans-3") for name in fonts} == {True}


def test_document_numbers_its_pages_and_keeps_the_finding_as_text(document: bytes) -> None:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document)]

    assert f"2 / {len(pages)}" in pages[1]
    assert "Dŵr Coch" in pages[1]
    assert examples.charts()[0].title in "\n".join(pages).replace("\r\n", " ")

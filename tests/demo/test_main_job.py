"""What the check of the demonstration asks of the pages that it opens: a wrong one is found."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from mst_sites.delivery import pdf
from mst_sites.demo.main_job import check_pdf, weeks_held
from mst_sites.demo.visitor import Page, UnexpectedPageError

PROGRESS = """
    <section aria-labelledby="team-east"><h2 id="team-east">Northmoor East</h2>{east}</section>
    <section aria-labelledby="team-west"><h2 id="team-west">Northmoor West</h2>
        <p>Weekly consultation held: <strong>20 of 26</strong></p></section>
"""


def page(body, digest=""):
    return Page("/page/", 200, body, "", digest)


def drawn(title):
    html = f"<!doctype html><html lang=en><title>{title}</title><p>Northmoor East"
    return pdf.render(html, created=datetime(2026, 1, 1, tzinfo=UTC))


def digest_of(content):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def test_check_passes_the_teams_own_pdf():
    content = drawn("Review, Northmoor East")

    check_pdf(page(content, digest_of(content)))


@pytest.mark.parametrize(
    ("team", "added", "fault"),
    [("East", b"\n", "was drawn"), ("West", b"", "does not name")],
    ids=["changed", "of another team"],
)
def test_check_refuses_another_pdf(team, added, fault):
    content = drawn(f"Review, Northmoor {team}")

    with pytest.raises(UnexpectedPageError, match=fault):
        check_pdf(page(content + added, digest_of(content)))


def test_check_refuses_what_is_no_pdf():
    content = b"<!doctype html>"

    with pytest.raises(UnexpectedPageError, match="was drawn"):
        check_pdf(page(content, digest_of(content)))


def test_check_reads_the_count_of_its_own_team():
    held = "<p>Weekly consultation held: <strong>24 of 26</strong></p>"

    assert weeks_held(page(PROGRESS.format(east=held).encode())) == 24
    with pytest.raises(UnexpectedPageError, match="does not count"):
        weeks_held(page(PROGRESS.format(east="<p>no data</p>").encode()))

"""The PDF of a review against WeasyPrint alone on the same HTML."""

from collections.abc import Iterator

from django.utils import timezone

from consultation import queries, reports
from consultation.models.snapshot import fingerprint
from consultation.reports.drawing import Seal, html_of
from mst_sites.delivery import pdf
from mst_sites.delivery.fetcher import BASE_URL, OwnFilesOnly
from mst_sites.periods import half_year_before
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.bench.timing import Row, medians

ROUNDS = 7


def measure() -> Iterator[Row]:
    today = timezone.localdate()
    period = half_year_before(today)
    with whole_scope():
        team = Team.objects.select_related("site").order_by("site__slug").first()

    def ours() -> None:
        with site_scope([team.site_id]):
            draw = reports.drawing_of_period(team, period, today=today)
        draw()

    with site_scope([team.site_id]):
        content = queries.review_content(team=team, period=period, today=today)
        html = html_of(content, Seal(fingerprint(content.as_json())))
    weasyprint = pdf.load_engine()

    def alone() -> None:
        page = weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=OwnFilesOnly())
        page.write_pdf(pdf_variant="pdf/ua-1")

    ours_ms, alone_ms = medians([ours, alone], rounds=ROUNDS)
    remark = f"{ours_ms:.0f} ms against {alone_ms:.0f} ms"
    yield Row("review PDF: time / WeasyPrint alone", ours_ms / alone_ms, "times", 1.15, remark)

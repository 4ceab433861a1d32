"""Drawing a review as a PDF, from its frozen content and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.template.loader import render_to_string

from consultation import queries
from consultation.models import Review
from consultation.models.snapshot import ReviewContent, fingerprint
from consultation.reports.sections import sections
from consultation.tables import figures
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery import pdf
from mst_sites.delivery.models import Audience, Document
from mst_sites.delivery.renderers import Progress
from mst_sites.languages import speaking
from mst_sites.periods import Period
from mst_sites.tenancy.models import Team

STEPS = 2  # the content is read, the pages are drawn


class DamagedSnapshotError(RuntimeError):
    """The stored figures are not those that were issued."""


@dataclass(frozen=True)
class Seal:
    """What lets a reader check that this is the review that was issued."""

    snapshot_sha256: str = ""
    audit_number: int = 0
    audit_hash: str = ""


def draw_review(document: Document, progress: Progress) -> Callable[[], bytes]:
    """Read an issued review; return what draws the copy that the document is for.

    :raises DamagedSnapshotError: the review is not what was issued.
    """
    progress(0, STEPS)
    review = queries.issued_review(document.subject_id)
    draw = drawing_of_issue(review, Audience(document.audience))
    progress(1, STEPS)

    def drawn() -> bytes:
        content = draw()
        progress(STEPS, STEPS)
        return content

    return drawn


def drawing_of_issue(review: Review, audience: Audience) -> Callable[[], bytes]:
    if fingerprint(review.snapshot) != review.snapshot_sha256 or review.issued_at is None:
        raise DamagedSnapshotError(str(review.pk))
    content = ReviewContent.from_json(review.snapshot)
    if audience == Audience.COMMISSIONER:
        content = content.for_commissioners()
    entry = queries.entry_of_issue(review)
    html = html_of(content, seal_of(review, entry))
    created = review.issued_at
    return lambda: pdf.render(html, created=created)


def drawing_of_period(team: Team, period: Period, *, today: date) -> Callable[[], bytes]:
    """Return what draws the edition that was issued last, or else what one asked for today would show."""
    issued = queries.newest_review(team, period, with_drafts=False)
    if issued is not None:
        return drawing_of_issue(issued, Audience.FULL)
    content = queries.review_content(team=team, period=period, today=today)
    draft = queries.newest_review(team, period)
    if draft is not None:
        content = content.with_narrative(queries.narrative_of(draft))
    html = html_of(content, Seal(fingerprint(content.as_json())))
    created = datetime.combine(today, time(), UTC)
    return lambda: pdf.render(html, created=created)


def seal_of(review: Review, entry: AuditEntry | None) -> Seal:
    if entry is None:
        return Seal(review.snapshot_sha256)
    return Seal(review.snapshot_sha256, entry.number, entry.hash)


def html_of(content: ReviewContent, seal: Seal) -> str:
    """Write the page that becomes the PDF, in the language of the review."""
    with speaking(content.language):
        return render_to_string(
            "pdf/review.html",
            {
                "content": content,
                "seal": seal,
                "facts": figures.cover_facts(content),
                "tiles": figures.headline_tiles(content),
                "sections": sections(content),
                "signing": figures.signing_facts(content),
                "definitions": figures.definitions(content),
                "data_quality": figures.data_quality(content),
            },
        )

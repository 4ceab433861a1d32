"""A team's reviews as the records of the look; the figures in them are `consultation.reports`'."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from consultation.models import Review
from consultation.models.snapshot import Narrative, ReviewContent
from consultation.queries import DuePeriod, period_code
from consultation.tables.figures import DASH
from mst_sites.look.parts import Fact, Task
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, local_day, short_day
from mst_sites.tenancy.models import Team


def review_url(team: Team, review: Review, page: str = "review-detail") -> str:
    return reverse(page, args=[team.site.slug, team.slug, review.pk])


def due_tasks(due: Iterable[DuePeriod], *, may_write: bool) -> list[Task]:
    """Show each half-year with what is to be done for its review."""
    return [due_task(each, may_write=may_write) for each in due]


def due_task(due: DuePeriod, *, may_write: bool) -> Task:
    review, period = due.review, due.period
    url = work_url(due) if review or may_write else ""
    if review is not None and review.issued_at is not None:
        hint = _("Issued on %(day)s") % {"day": day_label(local_day(review.issued_at))}
        return Task(period.label, "done", url, hint)
    if review is None and not due.is_over:
        running = _("Runs until %(day)s") % {"day": day_label(period.last_day)}
        return Task(period.label, "not_started", url, running)
    if due.is_late:
        return Task(period.label, "late", url, due_words(due))
    return Task(period.label, "due" if review is None else "draft", url, due_words(due))


def due_words(due: DuePeriod) -> str:
    """Say until when a review is to be issued, and of a late one whether it is begun."""
    if due.due_on is None:
        return _("A new edition is begun")
    day = {"day": day_label(due.due_on)}
    if not due.is_late:
        return _("Due by %(day)s") % day
    if due.review is None:
        return _("Not begun; was due by %(day)s") % day
    return _("Draft; was due by %(day)s") % day


def work_url(due: DuePeriod) -> str:
    """Return where its review is, or is begun."""
    if due.review is not None:
        return review_url(due.team, due.review)
    create = reverse("review-create", args=[due.team.site.slug, due.team.slug])
    return f"{create}?period={period_code(due.period)}"


def review_table(team: Team, reviews: Sequence[Review], *, today: date) -> Table:
    columns = [
        Column(_("Period")),
        Column(_("Edition"), numeric=True),
        Column(_("State")),
        Column(_("Issued")),
    ]
    newest: set[tuple[date, date]] = set()
    rows = []
    for review in reviews:
        is_newest = not review.is_issued or (review.starts_on, review.ends_on) not in newest
        if review.is_issued:
            newest.add((review.starts_on, review.ends_on))
        rows.append(
            Row(
                [
                    Cell(review.period.label, url=review_url(team, review)),
                    str(review.edition),
                    Cell(
                        status=state_of(review, is_newest=is_newest),
                        note=_("late") if review.is_late_on(today) else "",
                    ),
                    short_day(local_day(review.issued_at)) if review.issued_at else DASH,
                ]
            )
        )
    return Table(_("All reviews"), columns, rows)


def state_of(review: Review, *, is_newest: bool) -> str:
    if not review.is_issued:
        return "draft"
    return "issued" if is_newest else "superseded"


def edition_table(team: Team, editions: Sequence[Review], *, today: date) -> Table:
    table = review_table(team, editions, today=today)
    return Table(_("Editions of this period"), table.columns, table.rows)


def answers(content: ReviewContent, change_url: str) -> list[Fact]:
    """List what will be issued, each with the way to change it."""
    narrative = content.narrative
    empty = _("Nothing is written")
    return [
        Fact(_("Period"), content.period.label),
        Fact(_("Figures as of"), day_label(content.as_of)),
        Fact(_("Summary"), narrative.summary or empty, change_url),
        Fact(_("Strengths"), "\n".join(narrative.strengths) or empty, change_url),
        Fact(_("Barriers to progress"), "\n".join(narrative.barriers) or empty, change_url),
        Fact(_("Recommendations"), "\n".join(narrative.recommendations) or empty, change_url),
    ]


def unwritten(narrative: Narrative) -> str:
    """Say in one sentence which parts are still empty."""
    parts = [
        (narrative.summary, _("summary")),
        (narrative.strengths, _("strengths")),
        (narrative.barriers, _("barriers")),
        (narrative.recommendations, _("recommendations")),
    ]
    missing = [str(name) for text, name in parts if not text]
    if not missing:
        return ""
    return _("Not written yet: %(names)s.") % {"names": ", ".join(missing)}

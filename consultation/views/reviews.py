"""Pages that show a team's Performance Implementation Reviews."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from consultation import operations, queries
from consultation.models import Review
from consultation.models.snapshot import ReviewContent
from consultation.reports.sections import sections
from consultation.tables import reviews as tables
from consultation.tables.figures import data_quality, definitions, headline_tiles
from consultation.views.team_rows import TeamRowsPage
from mst_sites.accounts.permissions import Permission
from mst_sites.delivery.models import Audience
from mst_sites.delivery.tables import progress_of
from mst_sites.records.queries import thread_of


class ReviewPage(TeamRowsPage):
    """What the pages of a team's reviews share: who sees drafts, and who sees every count."""

    list_name = "review-list"
    list_label = _("Performance Implementation Reviews")

    @property
    def may_see_drafts(self) -> bool:
        return self.may(Permission.REVIEW_DRAFT)

    @property
    def sees_in_full(self) -> bool:
        return self.may(Permission.REVIEW_VIEW_FULL)

    def review(self) -> Review:
        """Find the review of the address; for most people a draft is not there."""
        review: Review = get_object_or_404(self.reviews(), pk=self.kwargs["pk"])
        review.team, review.site = self.team, self.site
        return review

    def reviews(self) -> QuerySet[Review]:
        """List what this person may open: from two suppressed editions one could work out what both hide."""
        return queries.reviews_of(
            self.team, with_drafts=self.may_see_drafts, with_superseded=self.sees_in_full
        )

    def content(self, review: Review) -> ReviewContent:
        content = queries.content_of(review)
        return content if self.sees_in_full else content.for_commissioners()


class ReviewList(ReviewPage, TemplateView):
    """What is due, and every review that there is."""

    permission = Permission.REVIEW_VIEW
    template_name = "consultation/review_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_write = self.may(Permission.REVIEW_WRITE)
        reviews = list(self.reviews().defer("snapshot"))
        tasks = []
        if self.may_see_drafts:
            since = queries.team_working_since(self.team)
            due = queries.due_periods(self.team, reviews, today=self.today, since=since)
            tasks = tables.due_tasks(due, may_write=may_write)
        return super().get_context_data(
            tasks=tasks,
            table=tables.review_table(self.team, reviews, today=self.today) if reviews else None,
            may_write=may_write,
            create_url=self.address("review-create"),
            **kwargs,
        )


class ReviewDetail(ReviewPage, TemplateView):
    """A review: its figures, its charts, what people say about them, and its PDFs."""

    permission = Permission.REVIEW_VIEW
    template_name = "consultation/review_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        review = self.review()
        if review.is_issued:
            operations.read_review(review=review, in_full=self.sees_in_full, by=self.user)
        return self.render_to_response(self.get_context_data(review=review))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review: Review = kwargs["review"]
        content = self.content(review)
        may_write = self.may(Permission.REVIEW_WRITE)
        editions = queries.editions_of(
            review, with_drafts=self.may_see_drafts, with_superseded=self.sees_in_full
        )
        is_newest = editions[0].pk == review.pk
        return super().get_context_data(
            content=content,
            status=tables.state_of(review, is_newest=is_newest or not editions[0].is_issued),
            tiles=headline_tiles(content),
            sections=sections(content),
            definitions=definitions(content),
            data_quality=data_quality(content),
            unwritten=tables.unwritten(content.narrative),
            jobs=self.jobs(review),
            editions=tables.edition_table(self.team, editions, today=self.today)
            if len(editions) > 1
            else None,
            newer=editions[0] if not is_newest else None,
            may_change=may_write and not review.is_issued,
            may_comment=self.may_see_drafts,
            remarks=thread_of(review, site=self.site) if self.may_see_drafts else [],
            may_reissue=may_write and review.is_issued and is_newest,
            **kwargs,
        )

    def jobs(self, review: Review) -> list[Any]:
        """Show each PDF that this person may have."""
        audiences = [Audience.COMMISSIONER.value]
        if self.sees_in_full:
            audiences.append(Audience.FULL.value)
        documents = queries.documents_of(review, audiences)
        return [progress_of(document, now=self.now) for document in documents]

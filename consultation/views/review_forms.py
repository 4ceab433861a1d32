"""Pages on which a consultant begins, writes and issues a review."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from consultation import forms, operations, queries
from consultation.models import Review
from consultation.tables import reviews as tables
from consultation.tables.figures import headline_tiles
from consultation.views.reviews import ReviewPage
from mst_sites.accounts.permissions import Permission
from mst_sites.records import operations as records
from mst_sites.records.models import Comment
from mst_sites.tenancy import limits
from mst_sites.tenancy.pages import OperationPage, version_of, versioned
from mst_sites.tenancy.versions import ClashError

CHANGED_SINCE = _("Somebody changed this review in the meantime. Look at it again first.")


class ReviewCreate(ReviewPage, OperationPage):
    """Asks for the period; the figures are counted at once."""

    permission = Permission.REVIEW_WRITE
    form_class = forms.ReviewForm
    template_name = "consultation/review_create.html"
    writes = (Review,)

    def get_initial(self) -> dict[str, Any]:
        return {"half_year": self.request.GET.get("period", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "periods": queries.half_years(self.team, today=self.today),
            "cancel_url": self.address("review-list"),
        }

    def act(self, **values: Any) -> Review:
        return operations.request_review(team=self.team, **values, now=self.now, by=self.user)

    def address_after(self, result: Review) -> str:
        if result.requested_at == self.now:
            messages.success(self.request, _("The figures are counted. Now say what they mean."))
        else:
            messages.info(self.request, _("There is a review of this period already: this one."))
        return self.address("review-detail", result.pk)


class DraftPage(ReviewPage):
    """A page on which a draft is changed; what is issued is shown instead."""

    permission = Permission.REVIEW_WRITE

    def back(self, review: Review) -> HttpResponse:
        return redirect(self.address("review-detail", review.pk))

    def refuse_issued(self, review: Review) -> HttpResponse:
        messages.error(
            self.request, _("This review is issued and cannot change. Begin a new edition instead.")
        )
        return self.back(review)


class ReviewChange(DraftPage, OperationPage):
    form_class = forms.NarrativeForm
    template_name = "consultation/review_change.html"
    success_message = _("Saved.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        review = self.review()
        if review.is_issued:
            return self.refuse_issued(review)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        review = self.review()
        return versioned(self.field_values(review), review)

    def field_values(self, row: Review) -> dict[str, Any]:
        written = queries.narrative_of(row)
        return forms.NarrativeForm.initial_of(written, row.identifier_reason)

    def get_form_kwargs(self) -> dict[str, Any]:
        url = self.address("review-detail", self.kwargs["pk"])
        return {**super().get_form_kwargs(), "cancel_url": url}

    def act(self, **values: Any) -> Review:
        version = values.pop("version")
        words = forms.NarrativeForm.words_of(values)
        return operations.write_review(
            review=self.review(), version=version, words=words, now=self.now, by=self.user
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except operations.IssuedReviewError:
            return self.refuse_issued(self.review())

    def address_after(self, result: Review) -> str:
        return self.address("review-detail", result.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review = self.review()
        content = queries.content_of(review)
        return super().get_context_data(
            review=review, content=content, tiles=headline_tiles(content), **kwargs
        )


class ReviewRefresh(DraftPage):
    """A button that takes today's figures into a draft."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        review = self.review()
        try:
            operations.refresh_review(
                review=review, version=version_of(request), now=self.now, by=self.user
            )
        except operations.IssuedReviewError:
            return self.refuse_issued(review)
        except ClashError:
            messages.error(request, CHANGED_SINCE)
        else:
            messages.success(request, _("The figures are those of today."))
        return self.back(review)


class ReviewDiscard(DraftPage, TemplateView):
    """Asks before a draft is deleted."""

    template_name = "consultation/review_discard.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        review = self.review()
        if review.is_issued:
            return self.refuse_issued(review)
        return self.render_to_response(self.get_context_data(review=review))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        review = self.review()
        try:
            operations.discard_review(review=review, version=version_of(request), by=self.user)
        except operations.IssuedReviewError:
            return self.refuse_issued(review)
        except ClashError:
            messages.error(request, CHANGED_SINCE)
            return self.back(review)
        messages.success(request, _("The draft is discarded."))
        return redirect(self.address("review-list"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back_url = self.address("review-detail", self.kwargs["pk"])
        return super().get_context_data(back_url=back_url, **kwargs)


class ReviewIssue(DraftPage, TemplateView):
    """Shows what will be issued, and asks."""

    limit = limits.DOCUMENT
    template_name = "consultation/review_issue.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        review = self.review()
        if review.is_issued:
            return self.back(review)
        return self.render_to_response(self.get_context_data(review=review))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        review = self.review()
        try:
            operations.issue_review(
                review=review, version=version_of(request), now=self.now, by=self.user
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ClashError:
            messages.error(request, CHANGED_SINCE)
        else:
            messages.success(request, _("The review is issued. Its PDFs are being drawn."))
        return self.back(review)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review: Review = kwargs["review"]
        content = queries.content_of(review)
        change_url = self.address("review-change", review.pk)
        return super().get_context_data(
            content=content,
            answers=tables.answers(content, change_url),
            tiles=headline_tiles(content),
            unwritten=tables.unwritten(content.narrative),
            is_over=review.ends_on <= self.today,
            overlapping=list(queries.overlapping_reviews(review)),
            repeating=queries.repeating_reviews(review),
            back_url=self.address("review-detail", review.pk),
            **kwargs,
        )


class ReviewReissue(DraftPage):
    """A button that begins the edition after an issued one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        review = self.review()
        try:
            new = operations.request_review(
                team=self.team,
                period=review.period,
                edition=review.edition + 1,
                now=self.now,
                by=self.user,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.back(review)
        messages.success(request, _("A new edition is begun, with today's figures."))
        return self.back(new)


class ReviewComment(ReviewPage, OperationPage):
    """Takes a comment on a review from those who work on its draft."""

    permission = Permission.REVIEW_DRAFT
    form_class = forms.CommentForm
    template_name = "consultation/review_comment.html"
    success_message = _("Your comment is with the review.")

    def get_initial(self) -> dict[str, Any]:
        return {"comment_id": uuid4()}

    def get_form_kwargs(self) -> dict[str, Any]:
        url = self.address("review-detail", self.review().pk)
        return {**super().get_form_kwargs(), "cancel_url": url}

    def act(self, **values: Any) -> Comment:
        return records.add_comment(site=self.site, subject=self.review(), **values, by=self.user)

    def get_success_url(self) -> str:
        return self.address("review-detail", self.kwargs["pk"])

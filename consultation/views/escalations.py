"""Pages on which MST UK sees what weekly notes ask it to look at, and answers."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from consultation import forms, models, operations, queries
from consultation.tables import escalations as tables
from consultation.tables.notes import note_url
from consultation.views.note_page import NotePage
from mst_sites.accounts.permissions import Permission
from mst_sites.directory.views.pages import one_page
from mst_sites.periods import week_label
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.pages import CONFLICT, OperationPage
from mst_sites.tenancy.views import SignedInPage


class EscalationList(SignedInPage, TemplateView):
    """What notes of all sites ask of MST UK: what waits, and what was answered."""

    permission = Permission.ESCALATION_ANSWER
    template_name = "consultation/escalation_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_answered = self.request.GET.get("state") == "answered"
        sites = Site.objects.visible_to(self.user, Permission.ESCALATION_ANSWER)
        rows: Any = queries.answers_given(sites) if is_answered else queries.unanswered_notes(sites)
        draw = tables.answer_table if is_answered else tables.waiting_table
        return super().get_context_data(
            tabs=tables.tabs(reverse("escalation-list"), is_answered=is_answered),
            table=draw(one_page(self.request, rows), self.request.GET),
            is_answered=is_answered,
            **kwargs,
        )


class EscalationAnswer(NotePage, OperationPage):
    """Takes what MST UK did about what a note asks; beside the form stands what it asks."""

    permission = Permission.ESCALATION_ANSWER
    form_class = forms.EscalationAnswerForm
    template_name = "consultation/escalation_answer.html"
    success_message = gettext_lazy(
        "The answer is on the note. Those who file the notes of the team are told by mail."
    )

    @cached_property
    def asking(self) -> models.Note:
        return self.note()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        operations.read_note(note=self.asking, by=self.user)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"edition": self.asking.edition}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": note_url(self.team, self.asking)}

    def act(self, **values: Any) -> models.EscalationAnswer:
        return operations.answer_escalation(note=self.asking, **values, now=self.now, by=self.user)

    def show_clash(self, form: Any, current: Any) -> HttpResponse:
        """Show what the note says now; what was typed is still there, and can be sent knowing that."""
        self.asking = current
        form.data = form.data.copy()
        form.data["edition"] = current.edition
        form.add_error(
            None,
            _("The note was amended while you were typing. Read what it asks now, then answer."),
        )
        return self.render_to_response(self.get_context_data(form=form), status=CONFLICT)

    def address_after(self, result: models.EscalationAnswer) -> str:
        return note_url(self.team, self.asking)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        note = self.asking
        answers = queries.escalation_answers(note)
        return super().get_context_data(
            note=note,
            week=week_label(note.week_starts_on),
            answers=answers,
            is_waiting=queries.is_waiting(note, answers),
            **kwargs,
        )

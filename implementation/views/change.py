"""Pages on which the sides of a site say how far the organisational change is, and see where they differ."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation import models
from implementation.forms import change as forms
from implementation.operations import change as operations
from implementation.queries import change as queries
from implementation.tables import change as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.records.models import Action
from mst_sites.records.queries import people_of
from mst_sites.tenancy.pages import ButtonPage, OperationPage

USUAL_ROUND = timedelta(days=21)


class ChangePage(SetUpPage):
    """What these pages share: the round that is open, and for whom this person answers."""

    tab = "change-detail"

    @property
    def side(self) -> models.ChangeSide | None:
        return queries.side_of(self.access.roles_on(self.site.pk))

    def crumbs(self) -> list[Crumb]:
        here = Crumb(_("Organisational change"), self.address("change-detail"))
        return [*super().crumbs(), *([] if isinstance(self, ChangeDetail) else [here])]


class ChangeDetail(ChangePage, TemplateView):
    """How the sides see it, where they differ, over time, and what is done about it."""

    permission = Permission.CHANGE_VIEW
    template_name = "implementation/change_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        results = queries.results_of(self.site, today=self.today)
        running = next((each for each in results if each.is_open), None)
        latest = next((each for each in results if not each.is_open), None)
        may_edit = self.may(Permission.ACTION_EDIT)
        actions = list(queries.actions_from(self.site))
        may_answer = self.may(Permission.CHANGE_ANSWER) and self.side is not None
        own = queries.answer_of(self.user, running.round) if running and may_answer else None
        return super().get_context_data(
            running=running,
            answered=tables.answered_tiles(running) if running else [],
            may_answer=may_answer,
            own=own,
            may_lead=self.may_write(Permission.MEETING_MANAGE),
            latest=latest,
            chart=tables.sides_chart(latest) if latest else None,
            table=tables.subject_table(latest, site=self.site, may_act=may_edit)
            if latest
            else None,
            history=tables.history_table(results)
            if sum(not each.is_open for each in results) > 1
            else None,
            actions=tables.action_table(
                actions, site=self.site, may_edit=may_edit, today=self.today
            )
            if actions
            else None,
            **kwargs,
        )


class ChangeForms(ChangePage, OperationPage):
    """A form of the self-assessment, from its page and back to it."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel_url = self.get_success_url()
        return form

    def get_success_url(self) -> str:
        return self.address("change-detail")


class ChangeRoundCreate(ChangeForms):
    permission = Permission.MEETING_MANAGE
    form_class = forms.ChangeRoundForm
    template_name = "implementation/change_round_create.html"
    writes = (models.ChangeRound,)
    success_message = gettext_lazy("The round is open. Tell provider, commissioner and partners.")

    def get_initial(self) -> dict[str, Any]:
        return {"closes_on": self.today + USUAL_ROUND}

    def act(self, *, row_id: UUID, **values: Any) -> models.ChangeRound:
        return operations.open_round(
            site=self.site, round_id=row_id, **values, now=self.now, by=self.user
        )


class ChangeRoundClose(ChangePage, ButtonPage):
    """A button that ends a round before its last day."""

    permission = Permission.MEETING_MANAGE
    done = gettext_lazy("The round is closed. This is how the sides see it.")

    def press(self, version: int) -> models.ChangeRound:
        within = get_object_or_404(queries.rounds_of(self.site), pk=self.kwargs["pk"])
        return operations.close_round(within=within, now=self.now, by=self.user)

    def back(self) -> str:
        return self.address("change-detail")


class ChangeAnswer(ChangeForms):
    """One's own answer in the round that is open."""

    permission = Permission.CHANGE_ANSWER
    form_class = forms.ChangeAnswerForm
    template_name = "implementation/change_answer.html"
    writes = (models.ChangeAnswer,)
    success_message = gettext_lazy(
        "Your answer is kept. You can change it until the round is over."
    )
    running: models.ChangeRound

    def check_permission(self) -> None:
        """Find the round that is open.

        :raises Http404: none is.
        """
        super().check_permission()
        running = queries.open_round_of(self.site, today=self.today)
        if running is None:
            raise Http404
        self.running = running

    def get_initial(self) -> dict[str, Any]:
        own = queries.answer_of(self.user, self.running)
        if own is None:
            return {}
        places = queries.statements_of(self.running.questionnaire_id)
        return {
            forms.name_of(each): own.scores.get(str(each.position), forms.CANNOT_SAY)
            for each in places
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        statements = queries.statements_of(self.running.questionnaire_id)
        return {**super().get_form_kwargs(), "statements": statements}

    def form_valid(self, form: Any) -> HttpResponse:
        form.cleaned_data = {"scores": form.scores}
        return super().form_valid(form)

    def act(self, **values: Any) -> models.ChangeAnswer:
        return operations.answer_round(within=self.running, **values, now=self.now, by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            running=self.running, side=self.side.label if self.side else "", **kwargs
        )


class ChangeActionCreate(ChangeForms):
    """Turns a difference between the sides into something that somebody does."""

    permission = Permission.ACTION_EDIT
    form_class = forms.ChangeActionForm
    template_name = "implementation/change_action_create.html"
    writes = (Action,)
    success_message = gettext_lazy("The action is raised.")
    latest: queries.RoundResult

    def check_permission(self) -> None:
        """Find the round that was closed last.

        :raises PermissionDenied: the person does not see how the sides differ.
        :raises Http404: no round has been closed.
        """
        super().check_permission()
        if not self.may(Permission.CHANGE_VIEW):
            raise PermissionDenied
        results = queries.results_of(self.site, today=self.today)
        latest = next((each for each in results if not each.is_open), None)
        if latest is None:
            raise Http404
        self.latest = latest

    def get_initial(self) -> dict[str, Any]:
        subject = self.latest.of(self.request.GET.get("subject", ""))
        return {"text": tables.proposal(subject)} if subject and subject.is_gap else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": people_of(self.site)}

    def act(self, *, row_id: UUID, **values: Any) -> Action:
        return operations.raise_change_action(
            within=self.latest.round, action_id=row_id, **values, by=self.user
        )

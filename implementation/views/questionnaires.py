"""Pages on which MST UK edits the statements of the self-assessment, in editions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms.questionnaires import QuestionnaireForm
from implementation.models import ChangeQuestionnaire, ChangeSubject
from implementation.operations import questionnaires as operations
from implementation.queries import change as queries
from implementation.tables import questionnaires as tables
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import OperationPage, version_of
from mst_sites.tenancy.versions import ClashError
from mst_sites.tenancy.views import SignedInPage

CHANGED_SINCE = gettext_lazy("Somebody changed this draft in the meantime. Look at it again first.")


class QuestionnairePage(SignedInPage):
    """A page of the editions."""

    permission = Permission.TEMPLATE_MANAGE
    everywhere = True

    def edition(self) -> ChangeQuestionnaire:
        found: ChangeQuestionnaire = get_object_or_404(
            queries.questionnaire_at(self.kwargs["edition"])
        )
        return found

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("Self-assessment statements"), reverse("questionnaire-list"))]


class QuestionnaireList(QuestionnairePage, TemplateView):
    """Every edition."""

    template_name = "implementation/questionnaire_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        editions = list(queries.questionnaires())
        used = queries.newest_questionnaire()
        return super().get_context_data(
            table=tables.questionnaire_table(editions, used=used),
            has_draft=any(each.is_draft for each in editions),
            **kwargs,
        )


class QuestionnaireDetail(QuestionnairePage, TemplateView):
    """One edition: its statements, and for a draft what becomes of it."""

    template_name = "implementation/questionnaire_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = self.edition()
        context = {
            "edition": edition,
            "facts": tables.questionnaire_facts(edition, used=queries.newest_questionnaire()),
            "table": tables.statement_table(queries.statements_of(edition.pk)),
            "crumbs": self.crumbs(),
        }
        return super().get_context_data(**{**kwargs, **context})


class QuestionnaireChange(QuestionnairePage, OperationPage):
    """The draft of the next edition; until it is saved first, it is the edition in use."""

    form_class = QuestionnaireForm
    template_name = "implementation/template_form.html"
    success_message = gettext_lazy("The draft is saved. Nobody is asked its statements yet.")
    writes = (ChangeQuestionnaire,)

    def get_initial(self) -> dict[str, Any]:
        draft = queries.draft_questionnaire()
        source = draft or queries.newest_questionnaire()
        texts: dict[str, list[str]] = {subject: [] for subject in ChangeSubject}
        for statement in queries.statements_of(source.pk):
            texts[statement.subject].append(statement.text)
        return {
            "version": draft.version if draft else 0,
            "what_changed": draft.what_changed if draft else "",
            **{subject.lower(): "\n".join(lines) for subject, lines in texts.items()},
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": reverse("questionnaire-list")}

    def act(self, **values: Any) -> ChangeQuestionnaire:
        return operations.write_questionnaire(
            version=values["version"],
            statements=QuestionnaireForm.statements_of(values),
            what_changed=values["what_changed"],
            by=self.user,
        )

    def address_after(self, result: ChangeQuestionnaire) -> str:
        return reverse("questionnaire-detail", args=[result.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("The next edition of the statements")
        return super().get_context_data(heading=heading, crumbs=self.crumbs(), **kwargs)


class QuestionnaireButton(QuestionnairePage):
    """A button on the page of a draft."""

    http_method_names = ["post"]
    done: Any

    def press(self, edition: ChangeQuestionnaire, version: int) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        edition = self.edition()
        back = redirect("questionnaire-detail", edition.number)
        try:
            self.press(edition, version_of(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ClashError:
            messages.error(request, str(CHANGED_SINCE))
        else:
            messages.success(request, str(self.done))
            return redirect("questionnaire-list")
        return back


class QuestionnairePublish(QuestionnaireButton):
    """Puts the draft to use."""

    done = gettext_lazy("This edition is in use: rounds that open from now on ask its statements.")

    def press(self, edition: ChangeQuestionnaire, version: int) -> None:
        operations.publish_questionnaire(
            questionnaire=edition, version=version, now=timezone.now(), by=self.user
        )


class QuestionnaireDiscard(QuestionnaireButton):
    """Throws the draft away."""

    done = gettext_lazy("The draft is thrown away.")

    def press(self, edition: ChangeQuestionnaire, version: int) -> None:
        operations.discard_questionnaire(questionnaire=edition, version=version, by=self.user)

"""Pages on which MST UK edits the statements of the self-assessment, in editions."""

from typing import Any

from django.db.models import QuerySet
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
from implementation.tables.editions import edition_table
from implementation.views.editions import EditionButton, EditionDetail, EditionPage
from mst_sites.tenancy.pages import OperationPage


class QuestionnairePage(EditionPage):
    """A page of the editions."""

    noun = "questionnaire"
    title = gettext_lazy("Self-assessment statements")

    def editions(self) -> QuerySet[ChangeQuestionnaire]:
        return queries.questionnaires()


class QuestionnaireList(QuestionnairePage, TemplateView):
    """Every edition."""

    template_name = "implementation/questionnaire_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        editions = list(self.editions())
        used = queries.newest_questionnaire()
        return super().get_context_data(
            table=edition_table(editions, used=used, page="questionnaire-detail"),
            has_draft=any(each.is_draft for each in editions),
            **kwargs,
        )


class QuestionnaireDetail(QuestionnairePage, EditionDetail):
    """One edition: its statements, and for a draft what becomes of it."""

    template_name = "implementation/questionnaire_detail.html"

    def contents(self, edition: ChangeQuestionnaire) -> dict[str, Any]:
        return {"table": tables.statement_table(queries.statements_of(edition.pk))}


class QuestionnaireChange(QuestionnairePage, OperationPage):
    """The draft of the next edition; until it is saved first, it is the edition in use."""

    form_class = QuestionnaireForm
    template_name = "implementation/template_form.html"
    success_message = gettext_lazy("The draft is saved. Nobody is asked its statements yet.")
    writes = (ChangeQuestionnaire,)

    def get_initial(self) -> dict[str, Any]:
        draft = queries.draft_questionnaire()
        return {
            **self.field_values(draft or queries.newest_questionnaire()),
            "version": draft.version if draft else 0,
            "what_changed": draft.what_changed if draft else "",
        }

    def field_values(self, row: ChangeQuestionnaire) -> dict[str, Any]:
        texts: dict[str, list[str]] = {subject: [] for subject in ChangeSubject}
        for statement in queries.statements_of(row.pk):
            texts[statement.subject].append(statement.text)
        statements = {subject.lower(): "\n".join(lines) for subject, lines in texts.items()}
        return {"what_changed": row.what_changed, **statements}

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


class QuestionnairePublish(QuestionnairePage, EditionButton):
    """Puts the draft to use."""

    done = gettext_lazy("This edition is in use: rounds that open from now on ask its statements.")

    def press(self, version: int) -> None:
        operations.publish_questionnaire(
            questionnaire=self.edition(), version=version, now=timezone.now(), by=self.user
        )


class QuestionnaireDiscard(QuestionnairePage, EditionButton):
    """Throws the draft away."""

    done = gettext_lazy("The draft is thrown away.")

    def press(self, version: int) -> None:
        operations.discard_questionnaire(
            questionnaire=self.edition(), version=version, by=self.user
        )

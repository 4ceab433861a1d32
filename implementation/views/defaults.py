"""Pages on which MST UK edits the figures that scenarios of capacity start from, in editions."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms.defaults import DefaultsForm
from implementation.models import CapacityDefaults
from implementation.operations import defaults as operations
from implementation.queries import defaults as queries
from implementation.tables import defaults as tables
from implementation.tables.editions import edition_table
from implementation.views.editions import EditionButton, EditionDetail, EditionPage
from mst_sites.tenancy.pages import OperationPage


class DefaultsPage(EditionPage):
    """A page of the editions."""

    noun = "defaults"
    title = gettext_lazy("Starting figures of capacity")

    def editions(self) -> QuerySet[CapacityDefaults]:
        return queries.editions()


class DefaultsList(DefaultsPage, TemplateView):
    """Every edition."""

    template_name = "implementation/defaults_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        editions = list(self.editions())
        used = queries.edition_in_use()
        return super().get_context_data(
            table=edition_table(editions, used=used, page="defaults-detail"),
            has_draft=any(each.is_draft for each in editions),
            **kwargs,
        )


class DefaultsDetail(DefaultsPage, EditionDetail):
    """One edition: its figures with their sources, and for a draft what becomes of it."""

    template_name = "implementation/defaults_detail.html"

    def contents(self, edition: CapacityDefaults) -> dict[str, Any]:
        figures = queries.figures_of(edition)
        return {"shares": tables.share_table(figures), "models": tables.model_table(figures)}


class DefaultsChange(DefaultsPage, OperationPage):
    """The draft of the next edition; until it is saved first, it is the edition in use."""

    form_class = DefaultsForm
    template_name = "implementation/defaults_change.html"
    success_message = gettext_lazy("The draft is saved. No scenario starts from it yet.")
    writes = (CapacityDefaults,)

    def get_initial(self) -> dict[str, Any]:
        draft = queries.draft_edition()
        return {
            **self.field_values(draft or queries.edition_in_use()),
            "version": draft.version if draft else 0,
            "what_changed": draft.what_changed if draft else "",
        }

    def field_values(self, row: CapacityDefaults) -> dict[str, Any]:
        figures = DefaultsForm.initial_of(queries.figures_of(row))
        return {"what_changed": row.what_changed, **figures}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": reverse("defaults-list")}

    def act(self, **values: Any) -> CapacityDefaults:
        return operations.write_defaults(
            version=values["version"],
            figures=DefaultsForm.figures_of(values),
            what_changed=values["what_changed"],
            by=self.user,
        )

    def address_after(self, result: CapacityDefaults) -> str:
        return reverse("defaults-detail", args=[result.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=self.crumbs(), **kwargs)


class DefaultsPublish(DefaultsPage, EditionButton):
    """Puts the draft to use."""

    done = gettext_lazy("This edition is in use: scenarios that begin from now on start from it.")

    def press(self, version: int) -> None:
        operations.publish_defaults(
            edition=self.edition(), version=version, now=timezone.now(), by=self.user
        )


class DefaultsDiscard(DefaultsPage, EditionButton):
    """Throws the draft away."""

    done = gettext_lazy("The draft is thrown away.")

    def press(self, version: int) -> None:
        operations.discard_defaults(edition=self.edition(), version=version, by=self.user)

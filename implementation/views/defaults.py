"""Pages on which MST UK edits the figures that scenarios of capacity start from, in editions."""

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

from implementation.forms.defaults import DefaultsForm
from implementation.models import CapacityDefaults
from implementation.operations import defaults as operations
from implementation.queries import defaults as queries
from implementation.tables import defaults as tables
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import OperationPage, version_of
from mst_sites.tenancy.versions import ClashError
from mst_sites.tenancy.views import SignedInPage

CHANGED_SINCE = gettext_lazy("Somebody changed this draft in the meantime. Look at it again first.")


class DefaultsPage(SignedInPage):
    """A page of the editions."""

    permission = Permission.TEMPLATE_MANAGE
    everywhere = True

    def edition(self) -> CapacityDefaults:
        found: CapacityDefaults = get_object_or_404(queries.edition_at(self.kwargs["edition"]))
        return found

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("Starting figures of capacity"), reverse("defaults-list"))]


class DefaultsList(DefaultsPage, TemplateView):
    """Every edition."""

    template_name = "implementation/defaults_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        editions = list(queries.editions())
        used = queries.edition_in_use()
        return super().get_context_data(
            table=tables.defaults_table(editions, used=used),
            has_draft=any(each.is_draft for each in editions),
            **kwargs,
        )


class DefaultsDetail(DefaultsPage, TemplateView):
    """One edition: its figures with their sources, and for a draft what becomes of it."""

    template_name = "implementation/defaults_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = self.edition()
        figures = queries.figures_of(edition)
        context = {
            "edition": edition,
            "facts": tables.defaults_facts(edition, used=queries.edition_in_use()),
            "shares": tables.share_table(figures),
            "models": tables.model_table(figures),
            "crumbs": self.crumbs(),
        }
        return super().get_context_data(**{**kwargs, **context})


class DefaultsChange(DefaultsPage, OperationPage):
    """The draft of the next edition; until it is saved first, it is the edition in use."""

    form_class = DefaultsForm
    template_name = "implementation/defaults_change.html"
    success_message = gettext_lazy("The draft is saved. No scenario starts from it yet.")
    writes = (CapacityDefaults,)

    def get_initial(self) -> dict[str, Any]:
        draft = queries.draft_edition()
        return {
            "version": draft.version if draft else 0,
            "what_changed": draft.what_changed if draft else "",
            **DefaultsForm.initial_of(queries.figures_of(draft or queries.edition_in_use())),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": reverse("defaults-list")}

    def act(self, **values: Any) -> CapacityDefaults:
        figures = DefaultsForm.figures_of(values)
        try:
            return operations.write_defaults(
                version=values["version"],
                figures=figures,
                what_changed=values["what_changed"],
                by=self.user,
            )
        except ClashError as clash:
            # The page compares field by field, and the figures are fields of the form alone.
            theirs = DefaultsForm.initial_of(queries.figures_of(clash.current))
            for name, value in DefaultsForm.initial_of(figures).items():
                if theirs[name] != value:
                    setattr(clash.current, name, theirs[name])
            raise

    def address_after(self, result: CapacityDefaults) -> str:
        return reverse("defaults-detail", args=[result.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=self.crumbs(), **kwargs)


class DefaultsButton(DefaultsPage):
    """A button on the page of a draft."""

    http_method_names = ["post"]
    done: Any

    def press(self, edition: CapacityDefaults, version: int) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        edition = self.edition()
        try:
            self.press(edition, version_of(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ClashError:
            messages.error(request, str(CHANGED_SINCE))
        else:
            messages.success(request, str(self.done))
            return redirect("defaults-list")
        return redirect("defaults-detail", edition.number)


class DefaultsPublish(DefaultsButton):
    """Puts the draft to use."""

    done = gettext_lazy("This edition is in use: scenarios that begin from now on start from it.")

    def press(self, edition: CapacityDefaults, version: int) -> None:
        operations.publish_defaults(
            edition=edition, version=version, now=timezone.now(), by=self.user
        )


class DefaultsDiscard(DefaultsButton):
    """Throws the draft away."""

    done = gettext_lazy("The draft is thrown away.")

    def press(self, edition: CapacityDefaults, version: int) -> None:
        operations.discard_defaults(edition=edition, version=version, by=self.user)

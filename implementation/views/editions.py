"""What the pages of every kind of edition share: who may, where they stand, and the buttons of a draft."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import version_of
from mst_sites.tenancy.versions import ClashError
from mst_sites.tenancy.views import SignedInPage

CHANGED_SINCE = gettext_lazy("Somebody changed this draft in the meantime. Look at it again first.")


class EditionPage(SignedInPage):
    """A page of editions; NOUN-list and NOUN-detail are the names of its neighbours."""

    permission = Permission.TEMPLATE_MANAGE
    everywhere = True
    noun: str
    title: Any

    def editions(self) -> QuerySet[Any]:
        """Return every edition, the newest first."""
        raise NotImplementedError

    def edition(self) -> Any:
        return get_object_or_404(self.editions().at(self.kwargs["edition"]))  # type: ignore[attr-defined]

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title, reverse(f"{self.noun}-list"))]


class EditionButton(EditionPage):
    """A button on the page of a draft."""

    http_method_names = ["post"]
    done: Any

    def press(self, edition: Any, version: int) -> None:
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
            return redirect(f"{self.noun}-list")
        return redirect(f"{self.noun}-detail", edition.number)

"""What the pages of every kind of edition share: who may, where they stand, and the buttons of a draft."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.tables.editions import edition_facts
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import ButtonPage
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


class EditionDetail(EditionPage, TemplateView):
    """One edition: what is in it, and for a draft what becomes of it."""

    def used(self) -> Any:
        """Return the edition in use."""
        return self.editions().published().first()  # type: ignore[attr-defined]

    def contents(self, edition: Any) -> dict[str, Any]:
        """Return what the template shows of the edition itself."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = self.edition()
        context = {
            "edition": edition,
            "title": self.title,
            "facts": edition_facts(edition, used=self.used()),
            "crumbs": self.crumbs(),
            "change_url": reverse(f"{self.noun}-change"),
            "publish_url": reverse(f"{self.noun}-publish", args=[edition.number]),
            "discard_url": reverse(f"{self.noun}-discard", args=[edition.number]),
            **self.contents(edition),
        }
        return super().get_context_data(**{**kwargs, **context})


class EditionButton(EditionPage, ButtonPage):
    """A button on the page of a draft; afterwards the draft is none any more, or gone."""

    changed_since = CHANGED_SINCE

    def back(self) -> str:
        return reverse(f"{self.noun}-detail", args=[self.kwargs["edition"]])

    def after(self) -> str:
        return reverse(f"{self.noun}-list")

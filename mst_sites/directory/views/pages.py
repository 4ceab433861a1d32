"""What the pages of the directory share: the way back, the path above the heading, a list in pages."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mst_sites.look.parts import Crumb
from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.pages import RepeatablePage

ROWS_A_PAGE = 50


class FormPage(RepeatablePage):
    """A form whose way out leads to where it goes when it is done."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel_url = str(self.get_success_url())
        return form


def one_page(request: HttpRequest, rows: QuerySet[Any], *, count: int | None = None) -> Page[Any]:
    """Cut a list into pages and return the one that the address asks for; rows are counted unless `count` is known."""
    paginator = Paginator(rows, ROWS_A_PAGE)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def site_crumbs(site: Site | None = None, team: Team | None = None) -> list[Crumb]:
    """Return the path to a page of a site or of a team."""
    crumbs = [Crumb(_("Sites"), reverse("site-list"))]
    if site:
        crumbs.append(Crumb(site.name, reverse("site-detail", args=[site.slug])))
    if site and team:
        address = reverse("team-detail", args=[site.slug, team.slug])
        crumbs.append(Crumb(team.name, address))
    return crumbs

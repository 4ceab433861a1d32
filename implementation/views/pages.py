"""What the pages of a site's set-up share: the clock, the plan, and where they stand."""

from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from implementation.models import Plan
from implementation.queries.plans import plan_of
from implementation.tables.tabs import set_up_tabs
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.periods import local_day
from mst_sites.tenancy.views import SitePage


class SetUpPage(SitePage):
    """A page of a site's set-up, under one of its tabs."""

    tab: ClassVar[str]  # the URL name of the place that the page belongs to
    kwargs: dict[str, Any]

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def plan(self) -> Plan | None:
        """Return the site's set-up plan, None before it has one."""
        plan = plan_of(self.site)
        if plan is not None:
            plan.site = self.site  # known already: no query for it
        return plan

    def plan_or_404(self) -> Plan:
        """Return the plan for a page that makes no sense without it.

        :raises Http404: the site has none yet.
        """
        if self.plan is None:
            raise Http404
        return self.plan

    def may_write(self, permission: Permission) -> bool:
        """Tell whether the person may begin or change something here: on a closed site nobody does."""
        return self.may(permission) and not self.site.is_closed

    def address(self, name: str, *args: Any) -> str:
        """Return the address of another page of the site."""
        return reverse(name, args=[self.site.slug, *args])

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb(_("Sites"), reverse("site-list")),
            Crumb(self.site.name, self.address("site-detail")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "site": self.site,
            "today": self.today,
            "crumbs": self.crumbs(),
            "tabs": set_up_tabs(self.site, may=self.may, current=self.tab),
            **kwargs,
        }
        parent: Any = super()
        return parent.get_context_data(**context)  # type: ignore[no-any-return] # a page's

"""Pages on which MST UK closes a site, and takes it up again after it."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.sites import SiteForms
from mst_sites.tenancy.endings import why_not_closed
from mst_sites.tenancy.models import Phase, PhaseChange, Site
from mst_sites.tenancy.pages import versioned

BY_PLAN = {Phase.SET_UP, Phase.ON_HOLD}  # what ends such a site is on the page of its plan


class PhaseChangeForms(SiteForms):
    writes = (PhaseChange, Site)

    def get_initial(self) -> dict[str, Any]:
        return versioned({}, self.site)


class SiteClose(PhaseChangeForms):
    """Says what closing does and does not, and asks why; of a site that is not live, why it cannot be closed."""

    form_class = forms.SiteCloseForm
    template_name = "directory/site_close.html"
    success_message = _("The site is closed.")

    def act(self, *, row_id: Any, **values: Any) -> Site:
        return operations.close_site(
            site=self.site, change_id=row_id, **values, now=timezone.now(), by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fault = why_not_closed(self.site)
        is_by_plan = self.site.phase in BY_PLAN and self.may(Permission.PLAN_MANAGE)
        return super().get_context_data(
            fault=fault,
            plan_url=reverse("plan-detail", args=[self.site.slug]) if is_by_plan else "",
            people=0 if fault else queries.people_count(self.site),
            may_see_people=self.may(Permission.PEOPLE_MANAGE),
            may_see_actions=self.may(Permission.ACTION_VIEW),
            may_see_meetings=self.may(Permission.MEETING_VIEW),
            **kwargs,
        )


class SiteReopen(PhaseChangeForms):
    """Says how the site was closed, and asks why it is taken up again."""

    form_class = forms.SiteReopenForm
    template_name = "directory/site_reopen.html"
    success_message = _("The site is live again.")

    def act(self, *, row_id: Any, **values: Any) -> Site:
        return operations.reopen_site(
            site=self.site, change_id=row_id, **values, now=timezone.now(), by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        closing = queries.closing_of(self.site)
        return super().get_context_data(
            closing=closing, closed_title=tables.closed_title(closing), **kwargs
        )

"""Pages of sites and of those who pay for them."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.pages import FormPage, one_page, site_crumbs
from mst_sites.tenancy.endings import why_not_closed
from mst_sites.tenancy.models import ENDED, Site, SiteCommissioner, Team
from mst_sites.tenancy.pages import ButtonPage, versioned
from mst_sites.tenancy.views import SignedInPage, SitePage


class SiteList(SignedInPage, TemplateView):
    """The sites of whoever asks; for MST UK, all."""

    template_name = "directory/site_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = forms.SiteFilterForm(params)
        # What is understood narrows the list; a value that is none of the choices is told at its field.
        form.is_valid()
        wanted = form.cleaned_data
        sites = queries.sites_matching(Site.objects.visible_to(self.user), wanted)
        order = tables.site_order(params.get("sort", ""))
        rows = sites.select_related("provider").order_by(*order)
        is_narrowed = any(wanted.values())
        known = None if is_narrowed else self.request.access.site_count()
        page = one_page(self.request, rows, count=known)
        return super().get_context_data(
            table=tables.site_table(page, params),
            form=form,
            reset_url=reverse("site-list") if any(params.get(name) for name in form.fields) else "",
            is_filtered=is_narrowed,
            may_edit_templates=self.request.access.may_everywhere(Permission.TEMPLATE_MANAGE),
            may_create=self.request.access.may_everywhere(Permission.SITE_MANAGE),
            **kwargs,
        )


class SiteCreate(SignedInPage, FormPage):
    permission = Permission.SITE_MANAGE
    everywhere = True
    form_class = forms.SiteForm
    template_name = "directory/site_create.html"
    writes = (Site,)
    success_message = _("The site is here. Add its first team.")

    def act(self, **values: Any) -> Site:
        return operations.create_site(**values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("site-list")

    def address_after(self, result: Site) -> str:
        return reverse("site-detail", args=[result.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=site_crumbs(), **kwargs)


class SiteDetail(SitePage, TemplateView):
    """What a site is: its teams, its people, who pays for it."""

    permission = Permission.SITE_VIEW
    template_name = "directory/site_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_manage = self.may(Permission.SITE_MANAGE)
        closing = queries.closing_of(self.site)
        return super().get_context_data(
            site=self.site,
            crumbs=site_crumbs(),
            facts=tables.site_facts(self.site),
            teams=queries.teams_of(Team.objects.visible_to(self.user), self.site),
            commissioners=queries.commissioners_of(self.site),
            closing=closing,
            closed_title=tables.closed_title(closing),
            may_manage=may_manage,
            may_close=may_manage and not why_not_closed(self.site),
            may_reopen=may_manage and self.site.is_closed,
            may_add_team=may_manage and self.site.phase not in ENDED,
            may_change_payers=may_manage and not self.site.is_closed,
            may_manage_people=self.may(Permission.PEOPLE_MANAGE),
            may_see_audit=self.may(Permission.AUDIT_VIEW),
            may_see_actions=self.may(Permission.ACTION_VIEW),
            may_see_plan=self.may(Permission.PLAN_VIEW),
            may_see_progress=self.may(Permission.PROGRESS_VIEW),
            **kwargs,
        )


class SiteForms(SitePage, FormPage):
    """A form about a site, from its page and back to it."""

    permission = Permission.SITE_MANAGE

    def get_success_url(self) -> str:
        return reverse("site-detail", args=[self.site.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, crumbs=site_crumbs(self.site), **kwargs)


class SiteChange(SiteForms):
    form_class = forms.SiteChangeForm
    template_name = "directory/site_change.html"
    writes = (Site,)
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "nation", "region", "model", "provider", "language")
        return versioned({name: getattr(self.site, name) for name in names}, self.site)

    def act(self, *, version: int, **values: Any) -> Site:
        return operations.change_site(site=self.site, version=version, **values, by=self.user)


class CommissionerCreate(SiteForms):
    form_class = forms.CommissionerForm
    template_name = "directory/commissioner_create.html"
    writes = (SiteCommissioner,)
    success_message = _("Added.")

    def act(self, **values: Any) -> SiteCommissioner:
        return operations.add_commissioner(site=self.site, **values, by=self.user)


class CommissionerRemove(SitePage, ButtonPage):
    permission = Permission.SITE_MANAGE
    done = _("Removed.")

    def press(self, version: int) -> None:
        rows = queries.commissioners_of(self.site)
        commissioner = get_object_or_404(rows, pk=self.kwargs["pk"])
        operations.remove_commissioner(commissioner=commissioner, by=self.user)

    def back(self) -> str:
        return reverse("site-detail", args=[self.site.slug])

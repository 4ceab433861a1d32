"""Pages of the bodies that provide, pay for or work beside MST services."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.pages import FormPage, one_page, site_crumbs
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.models import Organisation
from mst_sites.tenancy.pages import versioned
from mst_sites.tenancy.views import SignedInPage

SITES_SHOWN = 10  # of those on which a change will show


class OrganisationList(SignedInPage, TemplateView):
    permission = Permission.SITE_MANAGE
    everywhere = True
    template_name = "directory/organisation_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = one_page(self.request, queries.organisations_in_use())
        table = tables.organisation_table(page, self.request.GET)
        return super().get_context_data(table=table, crumbs=site_crumbs(), **kwargs)


class OrganisationForms(SignedInPage, FormPage):
    """A form about an organisation, from the list and back to it."""

    permission = Permission.SITE_MANAGE
    everywhere = True
    writes = (Organisation,)

    def get_success_url(self) -> str:
        return reverse("organisation-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [*site_crumbs(), Crumb(_("Organisations"), reverse("organisation-list"))]
        return super().get_context_data(crumbs=crumbs, **kwargs)


class OrganisationCreate(OrganisationForms):
    form_class = forms.OrganisationForm
    template_name = "directory/organisation_create.html"
    success_message = _("Added.")

    def act(self, **values: Any) -> Organisation:
        return operations.create_organisation(**values, by=self.user)


class OrganisationChange(OrganisationForms):
    form_class = forms.OrganisationChangeForm
    template_name = "directory/organisation_change.html"
    success_message = _("Saved.")
    organisation: Organisation

    def admit(self) -> None:
        super().admit()
        self.organisation = get_object_or_404(queries.organisations(), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "kind")
        return versioned(
            {name: getattr(self.organisation, name) for name in names}, self.organisation
        )

    def act(self, **values: Any) -> Organisation:
        return operations.change_organisation(
            organisation=self.organisation, **values, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sites = queries.sites_with(self.organisation).order_by("name", "id")
        more = max(sites.count() - SITES_SHOWN, 0)
        return super().get_context_data(
            organisation=self.organisation, sites=sites[:SITES_SHOWN], more=more, **kwargs
        )

"""Pages of the bodies that provide, pay for or work beside MST services."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.pages import FormPage, one_page, site_crumbs
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.models import Organisation
from mst_sites.tenancy.views import SignedInPage


class OrganisationList(SignedInPage, TemplateView):
    permission = Permission.SITE_MANAGE
    everywhere = True
    template_name = "directory/organisation_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = one_page(self.request, queries.organisations())
        table = tables.organisation_table(page, self.request.GET)
        return super().get_context_data(table=table, crumbs=site_crumbs(), **kwargs)


class OrganisationCreate(SignedInPage, FormPage):
    permission = Permission.SITE_MANAGE
    everywhere = True
    form_class = forms.OrganisationForm
    template_name = "directory/organisation_create.html"
    writes = (Organisation,)
    success_message = _("Added.")

    def act(self, **values: Any) -> Organisation:
        return operations.create_organisation(**values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("organisation-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [*site_crumbs(), Crumb(_("Organisations"), reverse("organisation-list"))]
        return super().get_context_data(crumbs=crumbs, **kwargs)

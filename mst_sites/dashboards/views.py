"""The first page after signing in, and the progress of sites for those who pay for them."""

from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.views import SignedInPage


class Home(SignedInPage, TemplateView):
    """What waits for this person."""

    template_name = "dashboards/home.html"


class Progress(SignedInPage, TemplateView):
    """How the sites of a commissioner stand."""

    permission = Permission.PROGRESS_VIEW
    template_name = "dashboards/progress.html"

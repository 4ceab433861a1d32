"""The places of a site's set-up, side by side on each of its pages."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Tab, Text
from mst_sites.tenancy.models import Site

# label, URL name, what a person must hold on the site
PLACES: list[tuple[Text, str, Permission]] = [
    (_("Plan"), "plan-detail", Permission.PLAN_VIEW),
    (_("Timeline"), "timeline-detail", Permission.PLAN_VIEW),
    (_("Gates"), "gate-list", Permission.PLAN_VIEW),
    (_("Forecast"), "forecast-detail", Permission.PLAN_VIEW),
    (_("Needs and capacity"), "needs-detail", Permission.NEEDS_VIEW),
    (_("Funding"), "funding-detail", Permission.FUNDING_VIEW),
    (_("Organisational change"), "change-detail", Permission.CHANGE_VIEW),
    (_("Steering group"), "steering-detail", Permission.MEETING_VIEW),
    (_("Meetings"), "meeting-list", Permission.MEETING_VIEW),
    (_("X-ray"), "xray-detail", Permission.PLAN_VIEW),
]


def set_up_tabs(site: Site, *, may: Callable[[Permission], bool], current: str) -> list[Tab]:
    """Return a tab for each place that the person may see.

    :param current: the URL name of the place that the page belongs to.
    """
    return [
        Tab(label, reverse(name, args=[site.slug]), current=name == current)
        for label, name, permission in PLACES
        if may(permission)
    ]

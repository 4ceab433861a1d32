"""What the page shell shows on every page: navigation, site switcher, theme."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts import second_factors
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy import kept
from mst_sites.tenancy.models import Site

SWITCHER_LENGTH = 8


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation; the addresses beneath it count as current too."""

    label: Any
    url: str
    current: bool


# label, URL name, permission needed anywhere (None: everybody), everywhere only
ENTRIES: list[tuple[Any, str, Permission | None, bool]] = [
    (_("Home"), "home", None, False),
    (_("Portfolio"), "portfolio-list", Permission.PORTFOLIO_VIEW, False),
    (_("Progress"), "progress", Permission.PROGRESS_VIEW, False),
    (_("Sites"), "site-list", None, False),
    (_("Milestones"), "milestone-list", Permission.PLAN_VIEW, False),
    (_("Enquiries"), "enquiry-list", Permission.ENQUIRY_MANAGE, True),
    (_("People"), "person-list", Permission.PEOPLE_MANAGE, True),
    (_("Delivery"), "delivery-list", Permission.DELIVERY_MANAGE, True),
]
# Pages that belong to an entry other than the one that their address begins with.
ELSEWHERE = {"site-progress": "progress"}


def page_shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template the values that base.html reads."""
    access = getattr(request, "access", None)
    user = getattr(request, "user", None)
    shell: dict[str, Any] = {
        "nav": [],
        "nav_sites": [],
        "current_site": getattr(request, "current_site", None),
        "theme": request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto"),
        "is_demo": settings.IS_DEMO,
        "typed_by": "",
    }
    if access is None or user is None or not user.is_authenticated:
        return shell
    shell["theme"] = user.theme
    shell["typed_by"] = SimpleLazyObject(lambda: kept.mark(user))
    if access.needs_second_factor and not second_factors.was_used(request):
        return shell  # the gate lets nobody through to these places yet
    shell["nav"] = [
        NavItem(label, url, is_current(request, name, url))
        for label, name, permission, everywhere in ENTRIES
        if permission is None
        or (access.may_everywhere(permission) if everywhere else access.may_anywhere(permission))
        for url in [reverse(name)]
    ]
    nav_sites = Site.objects.visible_to(user).order_by("name", "id")
    shell["nav_sites"] = nav_sites.values("pk", "name", "slug")[:SWITCHER_LENGTH]
    return shell


def is_current(request: HttpRequest, name: str, url: str) -> bool:
    """Tell whether a page is the one that an entry leads to, or belongs to it."""
    match = request.resolver_match
    entry = ELSEWHERE.get(match.url_name or "") if match else None
    if entry is not None:
        return entry == name
    return request.path == url or (url != "/" and request.path.startswith(url))

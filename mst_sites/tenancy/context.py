"""What the page shell shows on every page: navigation, site switcher, theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts import second_factors
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy import kept
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import Access

A_MENU = 8  # sites; whoever has more finds one by its name


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation; the addresses beneath it count as current too."""

    label: Any
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Switcher:
    """The way to another site: a list while it is short, and otherwise a field to find one in."""

    sites: Sequence[Mapping[str, Any]]
    is_search: bool


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
        "switcher": None,
        "current_site": getattr(request, "current_site", None),
        "here": request.get_full_path(),
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
    shell["switcher"] = SimpleLazyObject(lambda: site_switcher(user, access))
    return shell


def site_switcher(user: User, access: Access) -> Switcher:
    """Offer the sites of a person. The first few of hundreds are of no use to anybody, so those are not even read."""
    if (access.site_count() or 0) > A_MENU:
        return Switcher([], is_search=True)
    found = Site.objects.visible_to(user).order_by("name", "id").values("pk", "name", "slug")
    sites = list(found[: A_MENU + 1])
    return Switcher([], is_search=True) if len(sites) > A_MENU else Switcher(sites, is_search=False)


def is_current(request: HttpRequest, name: str, url: str) -> bool:
    """Tell whether a page is the one that an entry leads to, or belongs to it."""
    match = request.resolver_match
    entry = ELSEWHERE.get(match.url_name or "") if match else None
    if entry is not None:
        return entry == name
    return request.path == url or (url != "/" and request.path.startswith(url))

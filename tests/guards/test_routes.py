"""Every address is decided on purpose: it is a page for people who are signed in, or it is listed here."""

import ast
import inspect
import textwrap

from django.urls import path
from django.views.generic import View

from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.views import SignedInPage, SitePage, TeamPage
from tests.guards.routes import Route, routes

# Answered to everybody, with the reason.
PUBLIC = {
    "healthz": "a load balancer asks",
    "readyz": "a load balancer asks",
    "invitation-accept": "opens with the link of an invitation",
    "theme-set": "colours of one's own pages",
    "language-set": "language of one's own pages",
    "enquiry-create": "whoever thinks of MST has no account yet",
    "enquiry-sent": "the page after it",
    "about": "says what the product is",
    "accessibility": "the regulations want it open",
    "privacy": "to be read before signing in",
    "milestone-feed": "opens with a person's secret link: feed readers cannot sign in",
    "kit": "shows the components with made-up content, outside production only",
    "kit-progress": "a part of it",
}
# Answered to everybody who is signed in, whatever their role.
WITHOUT_PERMISSION = {
    "home": "shows what one's own roles allow",
    "site-list": "lists one's own sites",
    "account": "one's own account",
    "mfa_index": "one's own second factors",
    "usersessions_list": "one's own sessions",
    "session-end": "one's own sessions",
    "session-extend": "one's own session",
}


def ours():
    """Return all but allauth's pages, which are about signing in and out and one's own second factors."""
    return [r for r in routes() if not r.is_of_allauth]


def faults_of(route):
    """Say in words what is wrong with an address."""
    page = route.page
    if page is None or not issubclass(page, SignedInPage):
        yield f"{route.name} can be opened by anybody"
        return
    if page.permission is None and not issubclass(page, SitePage):
        yield f"{route.name} can be opened in any role"
    if page.permission is not None and not isinstance(page.permission, Permission):
        yield f"{route.name} asks for something that is no Permission"
    if issubclass(page, SitePage) != ("site_slug" in route.parameters):
        yield f"{route.name} is a SitePage or names a site, and not both"
    if issubclass(page, TeamPage) != ("team_slug" in route.parameters):
        yield f"{route.name} is a TeamPage or names a team, and not both"
    if issubclass(page, SitePage) and page.permission is None:
        yield f"{route.name} can be opened in any role on its site"
    if any(goes_its_own_way(base) for base in page.__mro__):
        yield f"{route.name} decides by itself who may open it"
    if route.pattern and not route.pattern.endswith("/"):
        yield f"{route.name} has an address that does not end with a slash"


def goes_its_own_way(base):
    """Tell whether a class replaces what lets people in, instead of asking more after it."""
    if base.__module__ in ("mst_sites.tenancy.views", "django.views.generic.base"):
        return False
    for name in ("dispatch", "admit", "check_permission", "setup"):
        if name in vars(base) and issubclass(base, SignedInPage):
            [function] = ast.parse(textwrap.dedent(inspect.getsource(vars(base)[name]))).body
            first = "".join(ast.unparse(s) for s in function.body if not is_docstring(s))
            if not first.startswith((f"super().{name}(", f"return super().{name}(")):
                return True
    return False


def is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def listed():
    return {f"{name} can be opened by anybody" for name in PUBLIC} | {
        f"{name} can be opened in any role" for name in WITHOUT_PERMISSION
    }


def test_every_address_is_decided_on_purpose():
    assert {fault for route in ours() for fault in faults_of(route)} == listed()


def test_every_address_has_one_name():
    names = [route.name for route in routes()]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_page_and_address_share_a_stem():
    """View NoteCreate, URL name note-create."""
    for route in ours():
        # allauth asks for its names, with underscores.
        if route.page and "_" not in route.name:
            stem = "".join(word.capitalize() for word in route.name.split("-"))
            assert route.page.__name__ == stem


def test_numbers_of_rows_are_in_no_address():
    assert [r.name for r in routes() if "<int:" in r.pattern] == []


class Open(View):
    pass


class Unasked(SignedInPage):
    pass


class Siteless(SitePage):
    permission = Permission.SITE_VIEW


class Teamless(TeamPage):
    permission = Permission.SITE_VIEW


class SelfWilled(SitePage):
    permission = Permission.SITE_VIEW

    def admit(self):
        """Let everybody in."""


def test_route_guard_reports_planted_faults():
    planted = [
        path("open/", Open.as_view(), name="open"),
        path("function/", lambda request: None, name="function"),
        path("unasked/", Unasked.as_view(), name="unasked"),
        path("siteless/", Siteless.as_view(), name="siteless"),
        path("sites/<slug:site_slug>/x/", Teamless.as_view(), name="teamless"),
        path("sites/<slug:site_slug>/y/", SelfWilled.as_view(), name="self-willed"),
    ]

    assert [fault for route in routes(planted) for fault in faults_of(route)] == [
        "open can be opened by anybody",
        "function can be opened by anybody",
        "unasked can be opened in any role",
        "siteless is a SitePage or names a site, and not both",
        "teamless is a TeamPage or names a team, and not both",
        "self-willed decides by itself who may open it",
    ]
    assert all(isinstance(route, Route) for route in routes(planted))

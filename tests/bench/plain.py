"""The pages that the real ones are measured against: one query for the same rows, a plain template, no tenancy."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from implementation.models import Activity, Plan, Stage
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Membership, Site

ROWS_A_PAGE = 50
PLAIN_MIDDLEWARE = [
    "tests.bench.plain.at_plain_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
SITES = """<!doctype html><html lang="en"><head><title>Sites</title></head><body><h1>Sites</h1>
<p>{{ user.full_name }}</p>
<table><tr><th>Site</th><th>Phase</th><th>Nation</th><th>Model</th><th>Provider</th></tr>
{% for site in sites %}<tr>
<td><a href="{% url "site" site.slug %}">{{ site.name }}</a></td>
<td>{{ site.get_phase_display }}</td>
<td>{{ site.get_nation_display }}</td>
<td>{{ site.get_model_display }}</td>
<td>{{ site.provider.name }}</td>
</tr>{% endfor %}
</table></body></html>"""


GRID = """<!doctype html><html lang="en"><head><title>Sites</title></head><body><h1>Sites</h1>
<p>{{ user.full_name }}</p>
<table><tr><th>Site</th>{% for stage in stages %}<th>{{ stage.label }}</th>{% endfor %}</tr>
{% for name, squares in sites %}<tr>
<td>{{ name }}</td>{% for square in squares %}<td>{{ square.done }}/{{ square.all }}</td>{% endfor %}
</tr>{% endfor %}
</table></body></html>"""


def site_rows(**filters: Any) -> QuerySet[Site]:
    sites = Site.objects.filter(**filters).select_related("provider")
    return sites.order_by("name", "id")[:ROWS_A_PAGE]


def at_plain_addresses(
    get_response: Callable[[Any], HttpResponse],
) -> Callable[[Any], HttpResponse]:
    """Send a request to the views below: a change of the setting would empty the caches of both sides."""

    def middleware(request: Any) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return middleware


@cache
def template(text: str) -> Any:
    return engines["django"].from_string(text)


def sites(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the rows the plainest way, in one query besides the session and the person."""
    filters = {name: value for name, value in request.GET.items() if name != "page"}
    page = template(SITES).render({"sites": site_rows(**filters), "user": request.user}, request)
    return HttpResponse(page)


def squares(**filters: Any) -> QuerySet[Any]:
    """Return the squares of the first fifty sites in one query."""
    plans = Plan.objects.order_by("site__name", "site_id")
    if name := filters.pop("consultant", ""):
        held = Membership.objects.filter(role=Role.CONSULTANT, user__full_name__icontains=name)
        plans = plans.filter(site__in=held.values("site"))
    plans = plans.filter(**filters)[:ROWS_A_PAGE]
    return (
        Activity.objects.filter(plan__in=plans.values("pk"), not_applicable_reason="")
        .values("plan_id", "stage", name=F("plan__site__name"))
        .annotate(
            all=Count("pk"),
            done=Count("completed_on"),
            late=Count("pk", filter=Q(completed_on=None, forecast_on__lt="2026-01-01")),
        )
        .order_by("name", "plan_id", "stage")
    )


def grid(request: HttpRequest) -> HttpResponse:
    """Show the squares of fifty sites the plainest way."""
    found: dict[Any, tuple[str, list[Any]]] = {}
    filters = {name.replace(".", "__"): value for name, value in request.GET.items()}
    for square in squares(**filters):
        found.setdefault(square["plan_id"], (square["name"], []))[1].append(square)
    context = {"sites": found.values(), "stages": Stage, "user": request.user}
    return HttpResponse(template(GRID).render(context, request))


urlpatterns = [
    path("", sites),
    path("sites/<slug:slug>/", sites, name="site"),
    path("portfolio/", grid),
]

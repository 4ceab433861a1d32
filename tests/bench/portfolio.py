"""The portfolio and a site's timeline, at 10,000 sites of 32 activities, against plain views of the same rows."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path

from implementation.models import Activity, Plan, Stage
from mst_sites.demo import scale
from tests.bench.pages import ROWS_A_PAGE, client_of, compared
from tests.bench.timing import Row

PLAIN_TEMPLATE = """<!doctype html><html lang="en"><head><title>Sites</title></head><body><h1>Sites</h1>
<p>{{ user.full_name }}</p>
<table><tr><th>Site</th>{% for stage in stages %}<th>{{ stage.label }}</th>{% endfor %}</tr>
{% for name, squares in sites %}<tr>
<td>{{ name }}</td>{% for square in squares %}<td>{{ square.done }}/{{ square.all }}</td>{% endfor %}
</tr>{% endfor %}
</table></body></html>"""


def squares(**filters: Any) -> QuerySet[Any]:
    """Return the squares of the first fifty sites in one query."""
    plans = Plan.objects.filter(**filters).order_by("site__name", "site_id")[:ROWS_A_PAGE]
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


def plain(request: HttpRequest) -> HttpResponse:
    """Show the squares of fifty sites the plainest way."""
    sites: dict[Any, tuple[str, list[Any]]] = {}
    filters = {name.replace(".", "__"): value for name, value in request.GET.items()}
    for square in squares(**filters):
        sites.setdefault(square["plan_id"], (square["name"], []))[1].append(square)
    template = engines["django"].from_string(PLAIN_TEMPLATE)
    context = {"sites": sites.values(), "stages": Stage, "user": request.user}
    return HttpResponse(template.render(context, request))


urlpatterns = [path("", plain)]

# What the portfolio is narrowed to, and what the plain view filters by.
FILTERS = (
    ("", ""),
    ("nation=WALES", "?site.nation=WALES"),
    ("region=North", "?site.region__icontains=North"),
    ("model=standard", "?site.model=standard"),
    ("provider=Scale+provider+7", "?site.provider.name__icontains=Scale+provider+7"),
    ("stage=C", "?stage=C"),
    ("turn=PARTNERS", "?turn=PARTNERS"),
    ("state=ACTIVE", "?state=ACTIVE"),
    ("rag=RED", "?state=ACTIVE&next_due_on__lt=2026-10-26"),
    ("opening=2027-01", "?planned_opening_on__gte=2027-01-01&planned_opening_on__lt=2027-02-01"),
    ("q=site+99", "?site.name__icontains=site+99"),
)


def measure(sign_in: Callable[[Any], Client]) -> Iterator[Row]:
    client = client_of(scale.LEAD, sign_in)
    for wanted, plainly in FILTERS:
        name = f"portfolio, 10,000 sites, {wanted}" if wanted else "portfolio, 10,000 sites"
        yield from compared(
            name, client, f"/portfolio/?{wanted}", plainly, urls=__name__, most_queries=14
        )

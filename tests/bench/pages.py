"""Pages against plain views: one ORM query for the same rows, a plain template, no tenancy."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import path

from mst_sites.accounts.models import User
from mst_sites.demo import scale
from mst_sites.tenancy.models import Site
from tests.bench.database import without_row_security
from tests.bench.timing import Row, medians, query_count

ROUNDS = 41
ROWS_A_PAGE = 50
PLAIN_MIDDLEWARE = [
    "tests.bench.pages.at_plain_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PLAIN_TEMPLATE = """<!doctype html><html lang="en"><head><title>Sites</title></head><body><h1>Sites</h1>
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


def rows(**filters: Any) -> QuerySet[Site]:
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
def plain_template() -> Any:
    return engines["django"].from_string(PLAIN_TEMPLATE)


def plain(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the rows the plainest way, in one query besides the session and the person."""
    filters = {name: value for name, value in request.GET.items() if name != "page"}
    page = plain_template().render({"sites": rows(**filters), "user": request.user}, request)
    return HttpResponse(page)


urlpatterns = [path("", plain), path("sites/<slug:slug>/", plain, name="site")]

# name, address, person, what the plain view filters by
PAGES = (
    ("site list, MST UK, 10,000 sites", "/sites/", scale.LEAD, ""),
    ("site list, filtered by nation", "/sites/?nation=WALES", scale.LEAD, "?nation=WALES"),
    ("site list, a person with 600 sites", "/sites/", scale.COMMISSIONER, ""),
    ("progress, MST UK, 10,000 sites", "/progress/", scale.LEAD, ""),
    ("progress, a commissioner with 600 sites", "/progress/", scale.COMMISSIONER, ""),
)


def client_of(email: str, sign_in: Callable[[Any], Client]) -> Client:
    return sign_in(User.objects.get(email=email))


def measure(sign_in: Callable[[Any], Client]) -> Iterator[Row]:
    for name, address, email, plain_query in PAGES:
        client = client_of(email, sign_in)
        yield from one_page(name, client, address, plain_query)
    for name, address, email, _ in PAGES:
        yield cost_of_row_security(name, client_of(email, sign_in), address)


def one_page(name: str, client: Client, address: str, plain_query: str) -> Iterator[Row]:
    def ours() -> HttpResponse:
        return opened(client.get(address))

    def plainly() -> HttpResponse:
        with without_row_security():
            return opened(plain_client.get("/" + plain_query))

    plain_client = Client()
    plain_client.cookies = client.cookies
    with override_settings(MIDDLEWARE=PLAIN_MIDDLEWARE):
        plain_client.handler.load_middleware()
    ours_ms, plain_ms = medians([ours, plainly], rounds=ROUNDS)
    remark = f"{ours_ms:.1f} ms against {plain_ms:.1f} ms"
    yield Row(f"{name}: time / plain view", ours_ms / plain_ms, "times", 2.5, remark)
    yield Row(f"{name}: queries", query_count(ours), "queries", 12)
    yield Row(f"{name}: page", len(ours().content) / 1024, "KB", 60)


def cost_of_row_security(name: str, client: Client, address: str) -> Row:
    """Compare a page with and without the second wall, in turn."""

    def held() -> HttpResponse:
        return opened(client.get(address))

    def free() -> HttpResponse:
        with without_row_security():
            return opened(client.get(address))

    with_ms, without_ms = medians([held, free], rounds=2 * ROUNDS)
    remark = f"{with_ms:.1f} ms against {without_ms:.1f} ms"
    return Row(f"{name}: cost of row security", 100 * (with_ms / without_ms - 1), "%", 10, remark)


def opened(response: Any) -> HttpResponse:
    if response.status_code != 200:
        raise RuntimeError(f"The page answered {response.status_code}.")
    return response  # type: ignore[no-any-return]

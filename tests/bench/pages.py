"""Pages against plain views: one ORM query for the same rows, a plain template, no tenancy."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.test import Client, override_settings

from mst_sites.accounts.models import User
from mst_sites.demo import scale
from tests.bench.database import without_row_security
from tests.bench.plain import PLAIN_MIDDLEWARE
from tests.bench.timing import Row, medians, query_count

ROUNDS = 41
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
        yield from one_page(name, client, address, "/" + plain_query)
    for name, address, email, _ in PAGES:
        yield cost_of_row_security(name, client_of(email, sign_in), address)


def one_page(
    name: str, client: Client, address: str, plainly_at: str, *, most_queries: int = 12
) -> Iterator[Row]:
    def ours() -> HttpResponse:
        return opened(client.get(address))

    def plainly() -> HttpResponse:
        with without_row_security():
            return opened(plain_client.get(plainly_at))

    plain_client = Client()
    plain_client.cookies = client.cookies
    with override_settings(MIDDLEWARE=PLAIN_MIDDLEWARE):
        plain_client.handler.load_middleware()
    ours_ms, plain_ms = medians([ours, plainly], rounds=ROUNDS)
    remark = f"{ours_ms:.1f} ms against {plain_ms:.1f} ms"
    yield Row(f"{name}: time / plain view", ours_ms / plain_ms, "times", 2.5, remark)
    yield Row(f"{name}: queries", query_count(ours), "queries", most_queries)
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

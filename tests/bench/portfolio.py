"""The portfolio and a site's timeline, at 10,000 sites of 32 activities."""

from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from implementation.models import Plan
from mst_sites.demo import scale
from mst_sites.tenancy.scope import whole_scope
from tests.bench.pages import client_of, one_page, opened
from tests.bench.timing import Row, query_count

# What the portfolio is narrowed to, and what the plain view filters by: each finds a page of rows.
FILTERS = (
    ("", ""),
    ("shape=table", ""),
    ("nation=WALES", "site.nation=WALES"),
    ("region=Region+1", "site.region__icontains=Region+1"),
    ("model=psb", "site.model=psb"),
    ("provider=Scale+provider+7", "site.provider.name__icontains=Scale+provider+7"),
    ("consultant=Consultant+7", "consultant=Consultant+7"),
    ("stage=C", "stage=C"),
    ("turn=PARTNERS", "turn=PARTNERS"),
    ("state=ACTIVE", "state=ACTIVE"),
    ("rag=RED", "state=ACTIVE&next_due_on__lt=2026-10-26"),
    ("opening=2027-01", "planned_opening_on__gte=2027-01-01&planned_opening_on__lt=2027-02-01"),
    ("q=site+009", "site.name__icontains=site+009"),
)


def measure(sign_in: Callable[[Any], Client]) -> Iterator[Row]:
    client = client_of(scale.LEAD, sign_in)
    for wanted, plainly in FILTERS:
        name = f"portfolio, 10,000 sites, {wanted}" if wanted else "portfolio, 10,000 sites"
        yield from one_page(
            name, client, f"/portfolio/?{wanted}", f"/portfolio/?{plainly}", most_queries=14
        )
    yield timeline_queries(client)


def timeline_queries(client: Client) -> Row:
    """Count the statements of a site's timeline at the end of its journey."""
    with whole_scope():
        slug = Plan.objects.filter(state="OPEN").order_by("id").first().site.slug

    def timeline() -> Any:
        return opened(client.get(reverse("timeline-detail", args=[slug])))

    return Row("timeline of one site: queries", query_count(timeline), "queries", 11)

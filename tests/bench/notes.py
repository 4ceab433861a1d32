"""Filing a weekly note over HTTP: how long, and how many statements."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Min
from django.test import Client

from consultation.models import Note
from mst_sites.accounts.models import User
from mst_sites.demo import scale
from mst_sites.demo.visitor import Page
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import whole_scope
from tests.bench.timing import Row, milliseconds, query_count

ROUNDS = 8
SITE_SLUG = "scale-00001"
SITE = f"/sites/{SITE_SLUG}/teams/team"


def measure(sign_in: Callable[[Any], Client]) -> Iterator[Row]:
    client = sign_in(User.objects.get(email=scale.SUPERVISOR))
    with whole_scope():
        first = Note.objects.filter(site__slug=SITE_SLUG).aggregate(first=Min("week_starts_on"))
        # The weeks before have no note yet, also when this is measured again; the team has to work by then.
        mondays = [first["first"] - timedelta(weeks=back) for back in range(1, ROUNDS + 3)]
        Team.objects.filter(site__slug=SITE_SLUG).update(opened_on=mondays[-1])
    saves = [prepared(client, monday) for monday in mondays]
    saves[0]()
    taken = sorted(milliseconds(save) for save in saves[1:-1])
    yield Row("note filed: the whole request", taken[len(taken) // 2], "ms", 40)
    yield Row("note filed: queries", query_count(saves[-1]), "queries", 12)


def prepared(client: Client, monday: Any) -> Callable[[], None]:
    """Open the form of a week, and return the request that files it."""
    address = f"{SITE}/notes/new/?week={monday.isoformat()}"
    shown = client.get(address)
    form = Page(f"http://testserver{address}", 200, shown.content, "text/html").form(
        "minutes", "themes"
    )
    values = {
        **form.values,
        "outcome": "HELD",
        "held_on": (monday + timedelta(days=2)).isoformat(),
        "minutes": "60",
        "mode": "PHONE",
        "themes": "Most of the hour went to engagement: who else in the network could open the door.",
    }

    def save() -> None:
        answer = client.post(address, values)
        if answer.status_code != 302:
            raise RuntimeError(f"The note was answered with {answer.status_code}.")

    return save

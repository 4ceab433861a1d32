"""What people type about the rows of a site."""

from datetime import date

from mst_sites.free_text import admit
from mst_sites.records import queries
from mst_sites.tenancy.models import Site


def admit_at(
    site: Site, texts: dict[str, str], *, today: date, confirmed_reason: str = ""
) -> tuple[dict[str, str], dict[str, object]]:
    """Admit what was typed on a site, in which the people who work there may be named.

    :raises ValidationError: by field, where a text could identify a family.
    """
    return admit(
        texts,
        confirmed_reason=confirmed_reason,
        allowed_names=queries.names_at_work(site),
        today=today,
    )

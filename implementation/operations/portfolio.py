"""What a person keeps of the portfolio, and the record of what was taken out as a file."""

from django.db import transaction
from django.http import QueryDict

from implementation.models import SavedView
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.tenancy.models import Site


def save_view(*, name: str, query: str, by: User) -> SavedView:
    """Keep filters and order under a name; the page of a list is not kept.

    :raises ValidationError: the name is taken.
    """
    kept = QueryDict(query, mutable=True)
    kept.pop("page", None)
    with transaction.atomic():
        view = SavedView(owner=by, name=name.strip(), query=kept.urlencode())
        view.full_clean()
        view.save()
        audit.record("saved-view.created", site=None, subject=view, by=by)
        return view


def delete_view(*, view: SavedView, by: User) -> None:
    with transaction.atomic():
        audit.record("saved-view.deleted", site=None, subject=view, by=by)
        view.delete()


def export_portfolio(*, rows: int, file_type: str, by: User) -> None:
    """Put on record that somebody took a list of sites out of the application."""
    with transaction.atomic():
        audit.record(
            "portfolio.exported",
            site=None,
            subject=by,
            details={"rows": rows, "file_type": file_type},
            by=by,
        )


def export_timeline(*, site: Site, rows: int, file_type: str, by: User) -> None:
    """Put on record that somebody took the journey of a site out of the application."""
    with transaction.atomic():
        details = {"rows": rows, "file_type": file_type}
        audit.record("timeline.exported", site=site, subject=site, details=details, by=by)

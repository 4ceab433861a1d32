"""How a record hangs on another row."""

from typing import Any

from django.db import models

from mst_sites.tenancy.models import Site, Team


class ForeignSubjectError(ValueError):
    """A record was to hang on a row of another site."""


def hanging_on(subject: models.Model, site: Site) -> dict[str, Any]:
    """Return the columns that say on which row a record hangs; its team is the row's.

    :raises ForeignSubjectError: the row is of another site.
    """
    of_site = subject.pk if isinstance(subject, Site) else getattr(subject, "site_id", None)
    if of_site != site.pk:
        raise ForeignSubjectError(subject._meta.label)
    team = subject if isinstance(subject, Team) else getattr(subject, "team", None)
    return {
        "site": site,
        "team": team,
        "subject_type": subject._meta.label_lower,
        "subject_id": str(subject.pk),
    }

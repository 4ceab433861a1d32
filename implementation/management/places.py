"""Finding the site that a command names."""

from django.core.management.base import CommandError

from mst_sites.tenancy.models import Site


def site_named(slug: str) -> Site:
    """Return the site.

    :raises CommandError: there is none.
    """
    site: Site | None = Site.objects.filter(slug=slug).first()
    if site is None:
        raise CommandError(f"There is no site with the address {slug!r}.")
    return site

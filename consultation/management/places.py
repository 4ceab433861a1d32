"""Finding the site and the team that a command names."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from mst_sites.arguments import text
from mst_sites.tenancy.models import Site, Team


def add_team_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--site", required=True, type=text, metavar="SLUG", help="the site's address part"
    )
    parser.add_argument(
        "--team", required=True, type=text, metavar="SLUG", help="the team's address part"
    )


def team_named(site_slug: str, team_slug: str) -> Team:
    """Return the team with its site.

    :raises CommandError: there is none.
    """
    site = Site.objects.filter(slug=site_slug).first()
    if site is None:
        raise CommandError(f"There is no site with the address {site_slug!r}.")
    team = (
        Team.objects.filter(site=site, slug=team_slug)
        .select_related("site", "site__provider")
        .first()
    )
    if team is None:
        raise CommandError(f"The site {site_slug!r} has no team with the address {team_slug!r}.")
    found: Team = team
    return found

"""Every change to organisations, sites, teams, people and memberships."""

from mst_sites.directory.operations.memberships import (
    add_membership,
    end_membership,
    invite_member,
)
from mst_sites.directory.operations.organisations import create_organisation
from mst_sites.directory.operations.people import (
    change_person,
    close_account,
    invite_person,
    reopen_account,
    send_invitation,
)
from mst_sites.directory.operations.sites import (
    add_commissioner,
    change_site,
    create_site,
    remove_commissioner,
)
from mst_sites.directory.operations.teams import change_team, create_team

__all__ = [
    "add_commissioner",
    "add_membership",
    "change_person",
    "change_site",
    "change_team",
    "close_account",
    "create_organisation",
    "create_site",
    "create_team",
    "end_membership",
    "invite_member",
    "invite_person",
    "remove_commissioner",
    "reopen_account",
    "send_invitation",
]

"""Pages on which MST UK manages sites, teams, people and their roles."""

from mst_sites.directory.views.closings import SiteClose, SiteReopen
from mst_sites.directory.views.memberships import (
    MembershipCreate,
    MembershipEnd,
    MembershipList,
)
from mst_sites.directory.views.organisations import (
    OrganisationChange,
    OrganisationCreate,
    OrganisationList,
)
from mst_sites.directory.views.people import (
    PersonChange,
    PersonClose,
    PersonDetail,
    PersonInvite,
    PersonList,
    PersonReinvite,
    PersonReopen,
)
from mst_sites.directory.views.sites import (
    CommissionerCreate,
    CommissionerRemove,
    SiteChange,
    SiteCreate,
    SiteDetail,
    SiteList,
)
from mst_sites.directory.views.teams import TeamChange, TeamCreate, TeamDetail

__all__ = [
    "CommissionerCreate",
    "CommissionerRemove",
    "MembershipCreate",
    "MembershipEnd",
    "MembershipList",
    "OrganisationChange",
    "OrganisationCreate",
    "OrganisationList",
    "PersonChange",
    "PersonClose",
    "PersonDetail",
    "PersonInvite",
    "PersonList",
    "PersonReinvite",
    "PersonReopen",
    "SiteChange",
    "SiteClose",
    "SiteCreate",
    "SiteDetail",
    "SiteList",
    "SiteReopen",
    "TeamChange",
    "TeamCreate",
    "TeamDetail",
]

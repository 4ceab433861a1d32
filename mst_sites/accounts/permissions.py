"""Who may do what: every permission, every role and the one table that joins them."""

from enum import StrEnum, unique

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


@unique
class Permission(StrEnum):
    """One thing that a page or an operation asks for before it goes on."""

    SITE_VIEW = "site.view"
    SITE_MANAGE = "site.manage"
    PEOPLE_MANAGE = "people.manage"
    COUNTRY_ROLE_GRANT = "country-role.grant"
    PROGRESS_VIEW = "progress.view"
    AUDIT_VIEW = "audit.view"
    DELIVERY_MANAGE = "delivery.manage"
    TEMPLATE_MANAGE = "template.manage"
    GATE_OVERRIDE = "gate.override"
    ACTION_VIEW = "action.view"
    ACTION_EDIT = "action.edit"
    NOTE_VIEW = "note.view"
    NOTE_FILE = "note.file"
    NOTE_ACKNOWLEDGE = "note.acknowledge"
    ESCALATION_ANSWER = "escalation.answer"  # say what MST UK did about what a note asks it
    EPISODE_VIEW = "episode.view"
    EPISODE_IMPORT = "episode.import"
    REVIEW_VIEW = "review.view"  # issued reports, small numbers suppressed
    REVIEW_VIEW_FULL = "review.view-full"  # issued reports with every count
    REVIEW_DRAFT = "review.draft"  # drafts: read and comment
    REVIEW_WRITE = "review.write"  # request, write and issue
    SIGN = "sign"
    PORTFOLIO_VIEW = "portfolio.view"  # many sites side by side
    PLAN_VIEW = "plan.view"  # stages, activities, dates, gates, forecast
    PLAN_WORK = "plan.work"  # evidence and comments of activities
    PLAN_EDIT = "plan.edit"  # owners, dates, evidence, facts
    PLAN_MANAGE = "plan.manage"  # begin, upgrade, move, hold, withdraw, decide at gates, open
    ENQUIRY_MANAGE = "enquiry.manage"
    NEEDS_VIEW = "needs.view"
    NEEDS_EDIT = "needs.edit"
    FUNDING_VIEW = "funding.view"
    FUNDING_EDIT = "funding.edit"
    CHANGE_VIEW = "change.view"  # where provider, commissioner and partners differ
    CHANGE_ANSWER = "change.answer"
    MEETING_VIEW = "meeting.view"  # steering group, meetings, minutes
    MEETING_MANAGE = "meeting.manage"


class Role(TextChoices):
    """What a person is to a site. The stored codes never change; the labels may."""

    MST_UK_LEAD = "MST_UK_LEAD", _("MST UK lead")
    MST_UK_STAFF = "MST_UK_STAFF", _("MST UK staff")
    CONSULTANT = "CONSULTANT", _("Consultant")
    PROVIDER_MANAGER = "PROVIDER_MANAGER", _("Provider manager")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    BACK_UP_SUPERVISOR = "BACK_UP_SUPERVISOR", _("Back-up supervisor")
    THERAPIST = "THERAPIST", _("Therapist")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    COMMISSIONER = "COMMISSIONER", _("Commissioner")
    STEERING_GROUP_MEMBER = "STEERING_GROUP_MEMBER", _("Steering group member")


# Where a role is held: for the whole country, for a site, or for one team of a site.
COUNTRY_ROLES = frozenset({Role.MST_UK_LEAD, Role.MST_UK_STAFF})
SITE_ROLES = frozenset({Role.PROVIDER_MANAGER, Role.COMMISSIONER, Role.STEERING_GROUP_MEMBER})
TEAM_ROLES = frozenset(Role) - COUNTRY_ROLES - SITE_ROLES

# A steering group member reads what a commissioner reads and changes nothing; everybody else proves who they are twice.
ROLES_WITHOUT_SECOND_FACTOR = frozenset({Role.STEERING_GROUP_MEMBER})

P = Permission
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MST_UK_LEAD: frozenset(Permission) - {P.NOTE_FILE, P.NOTE_ACKNOWLEDGE, P.CHANGE_ANSWER},
    Role.MST_UK_STAFF: frozenset(
        {
            P.SITE_VIEW,
            P.SITE_MANAGE,
            P.PEOPLE_MANAGE,
            P.PROGRESS_VIEW,
            P.DELIVERY_MANAGE,
            P.ACTION_VIEW,
            P.ACTION_EDIT,
            P.NOTE_VIEW,
            P.ESCALATION_ANSWER,
            P.EPISODE_VIEW,
            P.EPISODE_IMPORT,
            P.REVIEW_VIEW,
            P.REVIEW_VIEW_FULL,
            P.REVIEW_DRAFT,
            P.PORTFOLIO_VIEW,
            P.PLAN_VIEW,
            P.PLAN_WORK,
            P.PLAN_EDIT,
            P.PLAN_MANAGE,
            P.ENQUIRY_MANAGE,
            P.NEEDS_VIEW,
            P.NEEDS_EDIT,
            P.FUNDING_VIEW,
            P.FUNDING_EDIT,
            P.CHANGE_VIEW,
            P.MEETING_VIEW,
            P.MEETING_MANAGE,
        }
    ),
    Role.CONSULTANT: frozenset(
        {
            P.SITE_VIEW,
            P.ACTION_VIEW,
            P.ACTION_EDIT,
            P.NOTE_VIEW,
            P.NOTE_ACKNOWLEDGE,
            P.EPISODE_VIEW,
            P.REVIEW_VIEW,
            P.REVIEW_VIEW_FULL,
            P.REVIEW_DRAFT,
            P.REVIEW_WRITE,
            P.SIGN,
            P.PLAN_VIEW,
            P.PLAN_WORK,
            P.MEETING_VIEW,
        }
    ),
    Role.PROVIDER_MANAGER: frozenset(
        {
            P.SITE_VIEW,
            P.PROGRESS_VIEW,
            P.ACTION_VIEW,
            P.ACTION_EDIT,
            P.EPISODE_VIEW,
            P.REVIEW_VIEW,
            P.REVIEW_VIEW_FULL,
            P.SIGN,
            P.PORTFOLIO_VIEW,
            P.PLAN_VIEW,
            P.PLAN_WORK,
            P.PLAN_EDIT,
            P.NEEDS_VIEW,
            P.NEEDS_EDIT,
            P.FUNDING_VIEW,
            P.FUNDING_EDIT,
            P.CHANGE_VIEW,
            P.CHANGE_ANSWER,
            P.MEETING_VIEW,
            P.MEETING_MANAGE,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            P.SITE_VIEW,
            P.ACTION_VIEW,
            P.ACTION_EDIT,
            P.NOTE_VIEW,
            P.NOTE_FILE,
            P.EPISODE_VIEW,
            P.EPISODE_IMPORT,
            P.REVIEW_VIEW,
            P.REVIEW_VIEW_FULL,
            P.REVIEW_DRAFT,
            P.SIGN,
            P.PLAN_VIEW,
            P.PLAN_WORK,
            P.MEETING_VIEW,
        }
    ),
    Role.BACK_UP_SUPERVISOR: frozenset(
        {
            P.SITE_VIEW,
            P.ACTION_VIEW,
            P.NOTE_VIEW,
            P.NOTE_FILE,
            P.EPISODE_VIEW,
            P.REVIEW_VIEW,
            P.REVIEW_VIEW_FULL,
            P.REVIEW_DRAFT,
            P.PLAN_VIEW,
            P.PLAN_WORK,
        }
    ),
    Role.THERAPIST: frozenset({P.SITE_VIEW, P.ACTION_VIEW}),
    Role.ADMINISTRATOR: frozenset({P.SITE_VIEW, P.ACTION_VIEW, P.EPISODE_VIEW, P.EPISODE_IMPORT}),
    Role.COMMISSIONER: frozenset(
        {
            P.SITE_VIEW,
            P.PROGRESS_VIEW,
            P.REVIEW_VIEW,
            P.SIGN,
            P.PORTFOLIO_VIEW,
            P.PLAN_VIEW,
            P.NEEDS_VIEW,
            P.FUNDING_VIEW,
            P.CHANGE_VIEW,
            P.CHANGE_ANSWER,
            P.MEETING_VIEW,
        }
    ),
    Role.STEERING_GROUP_MEMBER: frozenset(
        {
            P.SITE_VIEW,
            P.PROGRESS_VIEW,
            P.REVIEW_VIEW,
            P.PLAN_VIEW,
            P.NEEDS_VIEW,
            P.CHANGE_VIEW,
            P.CHANGE_ANSWER,
            P.MEETING_VIEW,
        }
    ),
}


def roles_that_may(permission: Permission) -> frozenset[Role]:
    """Return the roles that hold `permission`."""
    return frozenset(role for role, held in ROLE_PERMISSIONS.items() if permission in held)


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Tell whether any of `roles` holds `permission`."""
    return any(permission in ROLE_PERMISSIONS[role] for role in roles)

"""How an enquiry becomes a site, and whoever asked becomes one of its people."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Activity, Enquiry, EnquiryOutcome, EnquiryState, Plan
from implementation.operations import activities, plans
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.audit import operations as audit
from mst_sites.directory import operations as directory
from mst_sites.records import operations as records
from mst_sites.tenancy.models import Membership, Site

LOGGED = "A1"  # the activity that the enquiry itself is
ROLES_OF_CONTACTS = (Role.PROVIDER_MANAGER, Role.COMMISSIONER, Role.STEERING_GROUP_MEMBER)


def convert_enquiry(*, enquiry: Enquiry, now: datetime, by: User, **values: Any) -> Site:
    """Make a site of an enquiry: its plan begins on the day of the enquiry, which is its first activity done.

    Done twice, or by two people at once, it is one site: the second gets the site of the first.

    :param values: what `create_site` takes.
    :raises ValidationError: the enquiry is closed otherwise, or the site cannot be added so.
    """
    with transaction.atomic():
        # Nothing joined: after waiting for the lock PostgreSQL reads this row anew, not those beside it.
        current: Enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
        if current.site is not None:
            return current.site
        if not current.is_open:
            raise ValidationError(_("This enquiry is closed. Take it up again first."))
        site = directory.create_site(**values, by=by)
        plan = plans.start_plan(site=site, started_on=current.received_on, now=now, by=by)
        if current.owner is not None and current.owner.is_active and current.owner.country_role:
            plans.assign_guide(plan=plan, version=plan.version, guided_by=current.owner, by=by)
        carry_over(current, plan, now=now, by=by)
        current.state, current.outcome = EnquiryState.CLOSED, EnquiryOutcome.PROCEED
        current.site, current.closed_at, current.closed_by = site, now, by
        current.version += 1
        current.full_clean()
        current.save()
        audit.record("enquiry.converted", site=site, subject=current, by=by)
    return site


def carry_over(enquiry: Enquiry, plan: Plan, *, now: datetime, by: User) -> None:
    """Let the plan say what was asked, and that asking is done."""
    logged = Activity.objects.filter(site=plan.site_id, plan=plan, code=LOGGED).first()
    # Whoever asked was warned already, and may have named themselves in it.
    reason = _("In the words of whoever asked, who was asked about it.")
    if logged is None:
        records.add_comment(
            site=plan.site, subject=plan, text=enquiry.need, confirmed_reason=reason, by=by
        )
        return
    done = activities.complete_activity(
        activity=logged,
        version=logged.version,
        completed_on=enquiry.received_on,
        now=now,
        by=by,
    )
    activities.comment_activity(activity=done, text=enquiry.need, confirmed_reason=reason, by=by)


def invite_contact(*, enquiry: Enquiry, role: str, now: datetime, by: User | None) -> Membership:
    """Give whoever asked a role on the site that came of it, and send them an invitation.

    :raises ValidationError: it is no site, the role is none for a contact, or they hold it already.
    """
    with transaction.atomic():
        if enquiry.site is None:
            raise ValidationError(_("This enquiry is no site yet."))
        if role not in ROLES_OF_CONTACTS:
            raise ValidationError({"role": _("Choose one of the roles.")})
        membership = directory.invite_member(
            site=enquiry.site,
            email=enquiry.email,
            full_name=enquiry.contact_name,
            role=role,
            now=now,
            by=by,
        )
        details = {"role": str(role), "person": str(membership.user_id)}
        audit.record("contact.invited", site=enquiry.site, subject=enquiry, details=details, by=by)
        return membership

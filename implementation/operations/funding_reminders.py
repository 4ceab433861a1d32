"""Reminds people, by the clock, of money that ends and of decisions on its renewal: each of each day once."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import FundingReminder, FundingSource, ReminderAbout
from implementation.queries import funding as queries
from implementation.queries.funding import Due
from implementation.queries.plans import plan_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.operations import Letter
from mst_sites.languages import speaking
from mst_sites.tenancy.models import Site


def remind_of_funding(
    *, site: Site, today: date, now: datetime, by: User | None
) -> list[FundingReminder]:
    """Write to each person whom a day ahead calls for and who has not heard of it so close to the day.

    A second run finds its own rows and writes nothing. A clock that is set back finds a later reminder and keeps
    still. A day that was moved is another day, and reminds anew.
    """
    with transaction.atomic():
        plan = plan_of(site)
        guide = plan.guided_by if plan else None
        # Two runs at once: the second waits here, and then sees what the first one wrote.
        locked = FundingSource.objects.filter(site=site).standing().in_order()
        sources = list(
            locked.select_for_update(of=("self",)).select_related("organisation", "lead")
        )
        return [
            _remind(site, due, person, now=now, by=by)
            for due in queries.due_reminders(sources, today=today)
            for person in queries.people_to_remind(site, due.source, guide)
            if not _has_heard(due, person)
        ]


def _has_heard(due: Due, person: User) -> bool:
    heard = FundingReminder.objects.filter(
        site=due.source.site_id,
        source=due.source,
        about=due.about,
        about_on=due.about_on,
        person=person,
        months__lte=due.months,
    )
    return bool(heard.exists())


def _remind(
    site: Site, due: Due, person: User, *, now: datetime, by: User | None
) -> FundingReminder:
    reminder = FundingReminder(
        site=site,
        source=due.source,
        about=due.about,
        about_on=due.about_on,
        months=due.months,
        person=person,
        sent_at=now,
    )
    reminder.full_clean()
    reminder.save(force_insert=True)
    with speaking(site.language):
        letter = Letter(
            to=[person.email],
            subject=subject_of(site, due)[:250],
            text=text_of(site, due),
        )
    delivery.queue_mail(site=site, letter=letter, by=by)
    details = {"about": due.about, "on": due.about_on.isoformat(), "months": due.months}
    audit.record("funding.reminded", site=site, subject=reminder, details=details, by=by)
    return reminder


def subject_of(site: Site, due: Due) -> str:
    words = (
        _("%(site)s: money ends on %(day)s")
        if due.about == ReminderAbout.MONEY_ENDS
        else _("%(site)s: decision on renewal due on %(day)s")
    )
    return words % {"site": site.name, "day": queries.day_of(due.about, due.about_on)}


def text_of(site: Site, due: Due) -> str:
    """Say what ends and where it is settled; amounts and conditions stay on the page."""
    words = {
        "funder": due.source.funder,
        "site": site.name,
        "day": queries.day_of(due.about, due.about_on),
    }
    what = (
        _("The money from %(funder)s for %(site)s ends: %(day)s is the last day that it pays for.")
        if due.about == ReminderAbout.MONEY_ENDS
        else _("%(funder)s is to decide on %(day)s whether its money for %(site)s goes on.")
    )
    before = ngettext(
        "This is the reminder of %(months)d month before.",
        "This is the reminder of %(months)d months before.",
        due.months,
    )
    return "\n\n".join(
        [
            what % words,
            *([] if due.source.is_confirmed else [_("This money has not been confirmed yet.")]),
            before % {"months": due.months},
            _("Where it is settled already, say so on the page, and no more reminders come:"),
            settings.BASE_URL + reverse("funding-detail", args=[site.slug]) + "\n",
        ]
    )

"""The mails about what a note asks of MST UK: that it asks, and that it was answered; what either says stays out."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from consultation import queries
from consultation.models import Note
from mst_sites.accounts.models import User
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.operations import Letter
from mst_sites.periods import week_label


def tell_mst_uk(note: Note, *, by: User | None) -> None:
    """Put a mail to each of MST UK's leads in the queue; without a lead who can sign in there is nobody to tell."""
    subject = _("%(team)s asks MST UK to look at an issue") % {"team": note.team.name}
    _tell(
        queries.addresses_of_leads(), subject, "consultation/mail/note_escalated.txt", note, by=by
    )


def tell_supervisors(note: Note, *, by: User | None) -> None:
    """Put a mail to each of those in the queue who file the team's notes now, whoever filed this one."""
    subject = _("MST UK has answered a note of %(team)s") % {"team": note.team.name}
    to = queries.addresses_of_supervisors(note.team)
    _tell(to, subject, "consultation/mail/escalation_answered.txt", note, by=by)


def _tell(to: Sequence[str], subject: str, template: str, note: Note, *, by: User | None) -> None:
    if not to:
        return
    context = {
        "team": note.team,
        "site": note.site,
        "week": week_label(note.week_starts_on),
        "name": by.full_name if by else "",
        "url": settings.BASE_URL
        + reverse("note-detail", args=[note.site.slug, note.team.slug, note.pk]),
    }
    text = render_to_string(template, context)
    letters = [Letter(to=[address], subject=subject, text=text) for address in to]
    delivery.queue_mails(site=note.site, letters=letters, by=by)

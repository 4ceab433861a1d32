"""The mail that an escalated note sends to MST UK; what the note says stays out of it."""

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
    to = queries.addresses_of_leads()
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
    subject = _("%(team)s asks MST UK to look at an issue") % {"team": note.team.name}
    text = render_to_string("consultation/mail/note_escalated.txt", context)
    letters = [Letter(to=[address], subject=subject, text=text) for address in to]
    delivery.queue_mails(site=note.site, letters=letters, by=by)

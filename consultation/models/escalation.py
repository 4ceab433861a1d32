"""What MST UK answered to a weekly note that asked it to look at something; PostgreSQL lets nobody change it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultation.models.note import Note
from mst_sites.accounts.models import User
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned

LONGEST_ANSWER = 2_000


class EscalationAnswer(SiteOwned):
    """What MST UK did about what a note asks; no part of the note, which is amended, locked and hashed without it.

    A row of its own, so that a note which asks anew, and is answered anew, keeps what it was told before.
    """

    note = SiteForeignKey(Note, related_name="escalation_answers", db_index=False)
    raised_in = models.PositiveIntegerField()  # which edition of the note asked
    text = models.TextField(_("answer"), max_length=LONGEST_ANSWER)
    identifier_reason = models.CharField(
        _("why it is right to keep what looks like an identifier"),
        max_length=500,
        blank=True,
        db_default="",
    )
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "note", "raised_in"],
                name="escalation_answered_once",
                violation_error_message=_("This has been answered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.raised_in}"

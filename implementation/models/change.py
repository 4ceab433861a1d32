"""How provider, commissioner and partners each see the organisational change: statements, rounds and answers."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.editions import Edition, EditionQuerySet
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned


class ChangeSubject(models.TextChoices):
    """What an organisation changes to run MST (published by MST UK, see docs/glossary.md)."""

    ROLES = "ROLES", _("Roles and responsibilities")
    WAYS_OF_WORKING = "WAYS_OF_WORKING", _("New ways of working")
    COSTS = "COSTS", _("Cost implications")
    CULTURE = "CULTURE", _("Culture among staff")
    GOVERNANCE = "GOVERNANCE", _("Governance")


class ChangeSide(models.TextChoices):
    """For whom somebody answers."""

    PROVIDER = "PROVIDER", _("Provider")
    COMMISSIONER = "COMMISSIONER", _("Commissioner")
    PARTNERS = "PARTNERS", _("Partners")


# Whoever holds several roles answers for the first of them.
SIDE_OF_ROLE = {
    Role.PROVIDER_MANAGER: ChangeSide.PROVIDER,
    Role.COMMISSIONER: ChangeSide.COMMISSIONER,
    Role.STEERING_GROUP_MEMBER: ChangeSide.PARTNERS,
}


class Agreement(models.IntegerChoices):
    """How far a statement is so, in words."""

    NOT_AT_ALL = 1, _("Not at all")
    A_LITTLE = 2, _("A little")
    PARTLY = 3, _("Partly")
    MOSTLY = 4, _("Mostly")
    FULLY = 5, _("Fully")


class ChangeQuestionnaire(Edition):
    """One edition of the statements. A round keeps the edition that it began with."""

    # Again: mypy forgets what an empty class inherits when it checks anew what was changed alone.
    objects: ClassVar[Any] = EditionQuerySet.as_manager()


class ChangeStatement(models.Model):
    """Something that is so, or not yet, in an organisation that is ready for MST."""

    questionnaire = models.ForeignKey(
        ChangeQuestionnaire, on_delete=models.PROTECT, related_name="statements"
    )
    subject = models.CharField(_("subject"), max_length=16, choices=ChangeSubject)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("statement"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "questionnaire", "position", name="change_statement_has_its_place"
            )
        ]

    def __str__(self) -> str:
        return self.text


class ChangeRound(SiteOwned):
    """A time in which everybody on a site may answer once, and change the answer until it is over."""

    questionnaire = models.ForeignKey(
        ChangeQuestionnaire, on_delete=models.PROTECT, related_name="+"
    )
    opened_on = models.DateField(_("opened"))
    closes_on = models.DateField(_("open until"))
    opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index("site", "opened_on", name="change_round_of_site")]
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(closed_at=None),
                name="change_round_open_once_per_site",
                violation_error_message=_("A round is open already: close it first."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opened_on")),
                name="change_round_closes_after_it_opens",
                violation_error_message=_("A round cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_on}"

    def is_open_on(self, day: date) -> bool:
        """Tell whether answers are still taken; the last day counts."""
        return self.closed_at is None and day <= self.closes_on


class ChangeAnswer(SiteOwned):
    """What one person answered in a round: their own business, shown to others as part of a mean only."""

    round = SiteForeignKey(ChangeRound, related_name="answers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("for"), max_length=12, choices=ChangeSide)
    scores = models.JSONField(default=dict)  # position of the statement -> 1 to 5
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "round",
                "person",
                name="change_answer_once_per_person",
                violation_error_message=_("You have answered in this round already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}, {self.answered_at:%Y-%m-%d}"

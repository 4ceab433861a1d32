"""The multi-agency steering group of a site: its terms, its cycle, and who sits on it for whom."""

from datetime import date
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.tenancy.models import Organisation, SiteOwned

WEEKS_A_YEAR = 52
MOST_MEMBERS = 200


class Seat(models.TextChoices):
    """What a member brings to the table."""

    CHILDREN = "CHILDREN", _("Children's services")
    YOUTH_JUSTICE = "YOUTH_JUSTICE", _("Youth justice")
    EDUCATION = "EDUCATION", _("Education")
    HEALTH = "HEALTH", _("Health")
    POLICE = "POLICE", _("Police")
    PROVIDER = "PROVIDER", _("Provider")
    MST_UK = "MST_UK", _("MST UK")
    COMMISSIONER = "COMMISSIONER", _("Commissioner")
    COURTS = "COURTS", _("Courts")
    VOLUNTARY = "VOLUNTARY", _("Voluntary sector")
    FAMILIES = "FAMILIES", _("Voice of families")
    OTHER = "OTHER", _("Other")


# The agencies that may refer to an MST team or work beside it, with provider and MST UK (docs/glossary.md).
EXPECTED_SEATS = (
    Seat.CHILDREN,
    Seat.YOUTH_JUSTICE,
    Seat.EDUCATION,
    Seat.HEALTH,
    Seat.POLICE,
    Seat.PROVIDER,
    Seat.MST_UK,
)


class SteeringGroup(SiteOwned):
    """What the group has agreed for itself."""

    terms = models.TextField(_("terms of reference"), max_length=10_000, blank=True)
    formed_on = models.DateField(_("formed on"))
    cycle_weeks = models.PositiveSmallIntegerField(
        _("weeks from one meeting to the next"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(WEEKS_A_YEAR)],
    )
    quorum_members = models.PositiveSmallIntegerField(
        _("members needed for a quorum"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEMBERS)],
    )
    quorum_agencies = models.PositiveSmallIntegerField(
        _("agencies needed for a quorum"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEMBERS)],
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                name="steering_group_once_per_site",
                violation_error_message=_("This site has its steering group already."),
            ),
            models.CheckConstraint(
                condition=models.Q(quorum_agencies__lte=models.F("quorum_members")),
                name="steering_quorum_has_a_member_of_each_agency",
                violation_error_message=_("A quorum cannot need more agencies than members."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Steering group"))


class MemberQuerySet(models.QuerySet["SteeringMember"]):
    def sitting(self, today: date) -> Self:
        """Return who sits on the group on a day."""
        return self.filter(joined_on__lte=today).exclude(left_on__lte=today)

    def in_order(self) -> Self:
        return self.order_by("-is_chair", "seat", "name", "user__full_name", "id")


class SteeringMember(SiteOwned):
    """Somebody who sits on the group for an agency: a person of the application, or a name."""

    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person in the application"),
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation in the application"),
    )
    agency = models.CharField(_("agency"), max_length=120, blank=True)
    seat = models.CharField(_("seat"), max_length=14, choices=Seat)
    is_chair = models.BooleanField(_("chairs the group"), default=False)
    joined_on = models.DateField(_("joined on"))
    # The first day on which the person is no member any more.
    left_on = models.DateField(_("left on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, name="", email="")
                | (models.Q(user__isnull=True) & ~models.Q(name="")),
                name="member_is_a_person_or_a_name",
                violation_error_message=_("Choose a person, or give a name: one of the two."),
            ),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False, agency="")
                | (models.Q(organisation__isnull=True) & ~models.Q(agency="")),
                name="member_speaks_for_one_agency",
                violation_error_message=_("Choose an organisation, or write the agency's name."),
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="member_leaves_after_joining",
                violation_error_message=_("Nobody leaves before they joined."),
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(is_chair=True, left_on=None),
                name="steering_group_has_one_chair",
                violation_error_message=_("The group has a chair: take the chair from them first."),
            ),
            models.UniqueConstraint(
                fields=["site", "user"],
                condition=models.Q(left_on=None),
                name="member_sits_once_at_a_time",
                violation_error_message=_("This person is a member already."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return self.user.full_name if self.user else self.name

    @property
    def address(self) -> str:
        """Return where mail reaches them, nothing where no mail does."""
        if self.user is None:
            return self.email
        return self.user.email if self.user.is_active else ""

    @property
    def agency_name(self) -> str:
        return self.organisation.name if self.organisation else self.agency

    @property
    def agency_key(self) -> str:
        """Return what is the same for two members of one agency, however it is written."""
        return " ".join(self.agency_name.split()).casefold()

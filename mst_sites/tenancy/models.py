"""Organisations, sites, teams and who works where: the rows that every other row hangs from."""

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User, name_validator
from mst_sites.accounts.permissions import (
    COUNTRY_ROLES,
    TEAM_ROLES,
    Permission,
    Role,
    roles_that_may,
)
from mst_sites.periods import refuse_far

slug_validators: list[Any] = [
    RegexValidator(
        r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
        _("Use small letters, digits and single hyphens, such as afon-valley."),
    ),
    RegexValidator(
        r"^new\Z",
        _("“new” is the address of the page that adds one. Choose another."),
        inverse_match=True,
    ),
]


class Nation(models.TextChoices):
    ENGLAND = "ENGLAND", _("England")
    WALES = "WALES", _("Wales")
    SCOTLAND = "SCOTLAND", _("Scotland")
    NORTHERN_IRELAND = "NORTHERN_IRELAND", _("Northern Ireland")
    IRELAND = "IRELAND", _("Republic of Ireland")


class MstModel(models.TextChoices):
    """Standard MST and its adaptations (domain: published by MST UK, see docs/glossary.md)."""

    STANDARD = "standard", _("Standard MST")
    CAN = "can", _("MST-CAN (child abuse and neglect)")
    PSB = "psb", _("MST-PSB (problem sexual behaviour)")
    FIT = "fit", _("MST-FIT (family integrated transitions)")
    BSF = "bsf", _("MST-BSF (building stronger families)")
    E = "e", _("MST-E (exploitation)")
    SA = "sa", _("MST-SA (substance abuse)")
    EA = "ea", _("MST-EA (emerging adults)")


class Phase(models.TextChoices):
    """Where a site stands; written by the apps above, read by all."""

    SET_UP = "SET_UP", _("Being set up")
    LIVE = "LIVE", _("Live")
    ON_HOLD = "ON_HOLD", _("On hold")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    CLOSED = "CLOSED", _("Closed")


ENDED = frozenset(
    {Phase.WITHDRAWN, Phase.CLOSED}
)  # nothing is begun there, and nobody is asked for anything


class OrganisationKind(models.TextChoices):
    MST_UK = "MST_UK", _("MST UK")
    PROVIDER = "PROVIDER", _("Provider")
    COMMISSIONER = "COMMISSIONER", _("Commissioner")
    PARTNER = "PARTNER", _("Partner agency")


class Organisation(models.Model):
    """A body that provides, pays for or works beside an MST service."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, validators=[name_validator])
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower(Trim("name")),
                "kind",
                name="organisation_once_per_kind",
                violation_error_message=_(
                    "This organisation is here already. Another one of this kind has the same name."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class IsAnyOf(models.Func):
    """True where a value is in an array. Unlike a sub-query behind IN, it always goes by the index."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = models.BooleanField()


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User, permission: Permission | None = None) -> Self:
        """Return the sites on which `user` holds `permission`, or any role at all.

        The only way from a person to sites.
        """
        roles = frozenset(Role) if permission is None else roles_that_may(permission)
        if user.country_role in roles:
            return self.all()
        own = Membership.objects.filter(user=user, ended_at=None)
        if permission is not None:
            own = own.filter(role__in=roles)
        return self.filter(IsAnyOf("id", ArraySubquery(own.values("site_id"))))


class Site(models.Model):
    """A locality (an authority or a partnership) that develops or runs one or more MST teams."""

    name = models.CharField(_("name"), max_length=120, validators=[name_validator])
    slug = models.CharField(
        _("address"),
        max_length=60,
        unique=True,
        validators=slug_validators,
        error_messages={"unique": _("Another site has this address already.")},
    )
    nation = models.CharField(_("nation"), max_length=20, choices=Nation)
    region = models.CharField(_("region"), max_length=80, blank=True)
    model = models.CharField(
        _("MST model"), max_length=12, choices=MstModel, default=MstModel.STANDARD
    )
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="sites_provided"
    )
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, default=Phase.SET_UP)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en-gb",
        choices=[("en-gb", _("English")), ("cy", _("Welsh"))],
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = SiteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("name", "id", name="site_by_name"),
            models.Index("opened_on", name="site_by_opening"),
            models.Index("id", name="site_closed", condition=models.Q(phase=Phase.CLOSED)),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower(Trim("name")),
                name="site_told_apart_by_its_name",
                violation_error_message=_(
                    "Another site is called this already, and people tell sites apart by their names. "
                    "Add what tells this one apart, such as its county."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.phase == Phase.CLOSED


class SiteForeignKey(models.ForeignKey[Any, Any]):
    """Points at a row of the same site: the wall of the table holds it with (site_id, id), not Django with id alone."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


class SiteOwned(models.Model):
    """A row that belongs to one site. Its table needs a `SiteWall` in the migration that creates it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        """Refuse a year that cannot be meant, in every day that a person gives and whichever way it comes.

        What is worked out from other rows is not editable: those may be older than this rule.

        :raises ValidationError: by field.
        """
        faults: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)
        except ValidationError as error:
            faults = dict(error.update_error_dict({}))
        for field in self._meta.local_fields:
            value = getattr(self, field.attname) if field.editable else None
            # A moment is a `date` to Python as well; nobody types one as a whole.
            if type(value) is date and field.name not in (exclude or ()):
                try:
                    refuse_far(value)
                except ValidationError as fault:
                    faults[field.name] = fault
        if faults:
            raise ValidationError(faults)


class SiteCommissioner(SiteOwned):
    """A body that pays for the service of a site; there can be several."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "organisation",
                name="commissioner_once_per_site",
                violation_error_message=_("This commissioner is on the site already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class PhaseChange(SiteOwned):
    """That a site was closed, or taken up again after it: when, by whom and why. It is written once and stays.

    How a site comes to be live, on hold or withdrawn is told by the moves of its set-up plan.
    """

    phase = models.CharField(
        _("phase"),
        max_length=12,
        choices=[(phase.value, phase.label) for phase in (Phase.CLOSED, Phase.LIVE)],
    )
    reason = models.CharField(_("reason"), max_length=500)
    changed_at = models.DateTimeField(_("when"))
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index("site", "changed_at", name="phase_change_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phase__in=[Phase.CLOSED, Phase.LIVE]),
                name="phase_change_closes_or_takes_up",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="phase_change_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}, {self.changed_at:%Y-%m-%d}"


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User, permission: Permission | None = None) -> Self:
        """Return the teams on which `user` holds `permission`, by a role on the team or on its whole site."""
        roles = frozenset(Role) if permission is None else roles_that_may(permission)
        if user.country_role in roles:
            return self.all()
        own = Membership.objects.filter(
            models.Q(team=None) | models.Q(team=models.OuterRef("pk")),
            user=user,
            ended_at=None,
            role__in=roles,
            site=models.OuterRef("site"),
        )
        return self.filter(models.Exists(own))


class Team(SiteOwned):
    """One supervisor, three or four therapists and an administrator, under one licence and one MST model."""

    name = models.CharField(_("name"), max_length=120, validators=[name_validator])
    slug = models.CharField(_("address"), max_length=60, validators=slug_validators)
    model = models.CharField(
        _("MST model"), max_length=12, choices=MstModel, default=MstModel.STANDARD
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = TeamQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("opened_on", name="team_by_opening")]
        constraints = [
            models.UniqueConstraint(
                "site",
                "slug",
                name="team_address_once_per_site",
                violation_error_message=_("Another team of this site has this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(SiteOwned):
    """A role that a person holds on a site or on one of its teams, from a moment until it is ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        _("role"),
        max_length=40,
        choices=[(role.value, role.label) for role in Role if role not in COUNTRY_ROLES],
    )
    team = SiteForeignKey(Team, null=True, blank=True, related_name="memberships")
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index("user", "site", condition=models.Q(ended_at=None), name="membership_now")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "user", "role", "team"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="membership_once_at_a_time",
                violation_error_message=_("This person has this role here already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(TEAM_ROLES), team__isnull=False)
                | models.Q(
                    role__in=sorted(frozenset(Role) - TEAM_ROLES - COUNTRY_ROLES), team__isnull=True
                ),
                name="membership_names_a_team_if_the_role_does",
                violation_error_message=_("This role is held on one team: choose the team."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

"""People who sign in, and the invitations by which alone they come to be."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.permissions import COUNTRY_ROLES, Role

# Not spaces alone, and nothing that no eye sees: line breaks, control characters, marks that turn a line of text round.
name_validator = RegexValidator(
    r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+\Z",
    _("Write a name in one line, without invisible signs."),
)


class Theme(models.TextChoices):
    AUTO = "auto", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its letter case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. Where they work and as what is said by `tenancy.Membership`, but for MST UK's own staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254)
    full_name = models.CharField(_("full name"), max_length=120, validators=[name_validator])
    country_role = models.CharField(
        _("role for the whole country"),
        max_length=40,
        blank=True,
        choices=[(role.value, role.label) for role in Role if role in COUNTRY_ROLES],
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en-gb",
        choices=[("en-gb", _("English")), ("cy", _("Welsh"))],
    )
    theme = models.CharField(_("colours"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1, db_default=1)  # of name and role

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_has_an_address_of_their_own",
                violation_error_message=_("Somebody with this e-mail address is here already."),
            ),
            # allauth looks for addresses in small letters.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_address_is_in_small_letters",
            ),
            models.CheckConstraint(
                condition=models.Q(country_role__in=["", *sorted(COUNTRY_ROLES)]),
                name="user_country_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]


class Invitation(models.Model):
    """A link that lets one person, at one address, make an account once within 72 hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations_sent"
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")),
                name="invitation_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def is_open_at(self, now: datetime) -> bool:
        """Tell whether the link still works."""
        return self.accepted_at is None and now < self.expires_at


class Attempts(models.Model):
    """When somebody tried to sign in, or the like, so often that it matters: see `attempts`."""

    key = models.CharField(primary_key=True, max_length=64)  # a hash: it stands for an address
    value = models.JSONField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key

"""What MST UK publishes in editions: a draft is written, put to use, and from then on stays as it is."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User

LONGEST_NUMBER = 10  # more digits are no number of PostgreSQL's


class EditionQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Return what was put to use, the edition in use first."""
        return self.exclude(published_at=None).order_by("-number")

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def at(self, address: str) -> Self:
        """Return the edition that an address names by its number, or none."""
        is_number = address.isascii() and address.isdecimal() and len(address) < LONGEST_NUMBER
        return self.filter(number=int(address) if is_number else 0)


class Edition(models.Model):
    """One edition. The one in use is the newest that was published; at most one is a draft."""

    number = models.PositiveIntegerField(_("edition"), unique=True)
    what_changed = models.TextField(_("what changed"), max_length=2_000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = EditionQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["published_at"],
                nulls_distinct=False,
                name="%(class)s_has_one_draft",
                violation_error_message=_("There is a draft already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

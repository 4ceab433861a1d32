"""The append-only record of what people did and read; PostgreSQL numbers and chains the rows."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.tenancy.models import Site

SYSTEM = "system"  # stands for whoever acts where nobody does: the clock, an operator


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def of_site(self, site: Site | None) -> Self:
        """Return one chain in its order; None is the chain of what belongs to no site."""
        return self.filter(site=site).order_by("number")


class AuditEntry(models.Model):
    """One thing that somebody did or read. `number`, `previous_hash` and `hash` are written by a trigger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(_("who"), max_length=120)
    action = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10)
    request_id = models.CharField(max_length=36, blank=True)
    ip_address = models.GenericIPAddressField(_("from where"), null=True, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Any] = AuditEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "number"], nulls_distinct=False, name="audit_number_once_per_chain"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class ChainHead(models.Model):
    """How long a chain is and how it ends, so that a cut tail shows. Written by the trigger alone."""

    chain = models.BigIntegerField(primary_key=True)  # the site's id, 0 for what belongs to no site
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain}: {self.number}"

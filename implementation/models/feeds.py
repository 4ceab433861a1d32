"""The secret links by which people's readers fetch the feed of milestones."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User


class FeedKey(models.Model):
    """One person's link. Only its fingerprint is kept: whoever reads the table can fetch nothing."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+", primary_key=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"

"""What a person keeps of the portfolio: views of it under a name."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User


class SavedView(models.Model):
    """Filters and order of the portfolio under a name of a person's own. It holds no row of any site."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1_000, blank=True)  # a query string, without "?"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "owner",
                "name",
                name="saved_view_name_once_per_person",
                violation_error_message=_("You have a view of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

"""What scenarios of capacity start from, as MST UK publishes it in editions."""

from django.db import models

from implementation.models.editions import Edition


class CapacityDefaults(Edition):
    """One edition of the starting figures. A scenario keeps the edition that it began with."""

    figures = models.JSONField(default=dict)  # `queries.capacity.Defaults`

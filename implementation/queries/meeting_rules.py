"""Rules of the X-ray about the steering group of a site."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from implementation.models import Party
from implementation.queries.findings import Rule, Seen, Severity
from implementation.queries.looks import Look
from mst_sites.accounts.permissions import Permission
from mst_sites.periods import add_months, day_label, within_reach

MONTHS_OF_SILENCE = 4


def steering_group_silent(look: Look, today: date) -> Seen | None:
    """Find a group that has not met, or closed a meeting, for four months."""
    since = look.sight.steering_since
    is_running = look.is_set_up or look.is_open
    if (
        since is None
        or not is_running
        or add_months(within_reach(since), MONTHS_OF_SILENCE) > today
    ):
        return None
    words = _("It met last on %(day)s.")
    if not look.sight.has_steering_met:
        words = _("It has not met since %(day)s, when it was formed.")
    url = reverse("steering-detail", args=[look.site.slug])
    return Seen(words % {"day": day_label(since)}, Party.PROVIDER, url, since)


MEETING_RULES = [
    Rule(
        "STEERING_GROUP_SILENT",
        Severity.MEDIUM,
        gettext_lazy("No steering group meeting for four months"),
        steering_group_silent,
        Permission.MEETING_VIEW,
    ),
]

"""Rules of the X-ray about money: what is confirmed, until when, and what nobody has decided."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from implementation.models import Party, Stage
from implementation.queries.findings import Rule, Seen, Severity
from implementation.queries.funding import gaps, terms_of
from implementation.queries.looks import Look
from implementation.queries.plan_rules import listed, page
from mst_sites.accounts.permissions import Permission
from mst_sites.periods import add_months, day_label, within_reach

FIRST_YEAR = 12  # months


def funding_unconfirmed(look: Look, today: date) -> Seen | None:
    is_planned = look.is_set_up and look.sight.has_reached(Stage.DESIGN)
    if not (is_planned or look.is_open) or terms_of(look.sight.funding):
        return None
    if look.sight.funding:
        detail = _("What is promised is not confirmed: it needs the letter that shows it.")
    else:
        detail = _("Nobody has said yet who pays for the service.")
    return Seen(detail, Party.COMMISSIONER, page(look, "funding-detail"))


def funding_short(look: Look, today: date) -> Seen | None:
    """Find money that ends in the service's first year, or has ended."""
    ends_on = max((term.ends_on for term in terms_of(look.sight.funding)), default=None)
    opening_on = look.site.opened_on or look.plan.planned_opening_on
    if ends_on is None or not (look.is_set_up or look.is_open):
        return None
    if ends_on <= today:
        words = _("The last confirmed money ended before %(day)s.")
    elif opening_on is not None and ends_on < add_months(within_reach(opening_on), FIRST_YEAR):
        words = _("Nothing confirmed pays from %(day)s on, and the first year is not over then.")
    else:
        return None
    since = ends_on if ends_on <= today else None
    detail = words % {"day": day_label(ends_on)}
    return Seen(detail, Party.COMMISSIONER, page(look, "funding-detail"), since)


def funding_gap(look: Look, today: date) -> Seen | None:
    if not (look.is_set_up or look.is_open):
        return None
    ahead = [gap for gap in gaps(terms_of(look.sight.funding)) if gap.ends_on > today]
    if not ahead:
        return None
    detail = _("Nothing confirmed pays for: %(gaps)s.")
    names = listed([gap.label for gap in ahead])
    return Seen(detail % {"gaps": names}, Party.COMMISSIONER, page(look, "funding-detail"))


def renewal_overdue(look: Look, today: date) -> Seen | None:
    overdue = [source for source in look.sight.funding if source.is_decision_overdue(today)]
    if not overdue or not (look.is_set_up or look.is_open):
        return None
    since = min(source.renewal_decision_on for source in overdue if source.renewal_decision_on)
    detail = _("Was due on %(day)s: %(funders)s.") % {
        "day": day_label(since),
        "funders": listed([source.funder for source in overdue]),
    }
    return Seen(detail, Party.COMMISSIONER, page(look, "funding-detail"), since)


FUNDING_RULES = [
    Rule(
        "FUNDING_SHORT",
        Severity.HIGH,
        gettext_lazy("Confirmed money ends before the first year is over"),
        funding_short,
        Permission.FUNDING_VIEW,
    ),
    Rule(
        "FUNDING_UNCONFIRMED",
        Severity.MEDIUM,
        gettext_lazy("No money is confirmed"),
        funding_unconfirmed,
        Permission.FUNDING_VIEW,
    ),
    Rule(
        "FUNDING_GAP",
        Severity.MEDIUM,
        gettext_lazy("Confirmed money has a gap"),
        funding_gap,
        Permission.FUNDING_VIEW,
    ),
    Rule(
        "RENEWAL_OVERDUE",
        Severity.MEDIUM,
        gettext_lazy("A decision on renewal is overdue"),
        renewal_overdue,
        Permission.FUNDING_VIEW,
    ),
]

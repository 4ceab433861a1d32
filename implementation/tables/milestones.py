"""Milestones in words, as the look's timeline and as entries of the feed."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Gate
from implementation.queries.milestones import Milestone, MilestoneKind
from mst_sites.look.parts import Event
from mst_sites.tenancy.models import MstModel


def title_of(milestone: Milestone) -> str:
    """Say in one line what a site has reached."""
    name = {"site": milestone.site.name}
    match milestone.kind:
        case MilestoneKind.OPENED:
            return _("%(site)s has opened") % name
        case MilestoneKind.FIRST_FAMILY:
            return _("The first family began treatment in %(site)s") % name
        case MilestoneKind.ANNIVERSARY:
            years = int(milestone.detail)
            return ngettext(
                "%(years)d year of MST practice in %(site)s",
                "%(years)d years of MST practice in %(site)s",
                years,
            ) % {**name, "years": years}
        case MilestoneKind.NEW_MODEL:
            model = MstModel(milestone.detail).label
            return _("First team of %(model)s in %(site)s") % {**name, "model": model}
        case MilestoneKind.GATE_PASSED:
            gate = Gate(milestone.detail).label
            return _("%(site)s has passed a gate: %(gate)s") % {**name, "gate": gate}


def events_of(milestones: Iterable[Milestone]) -> list[Event]:
    return [
        Event(
            title_of(each),
            on=each.happened_on,
            text=each.site.get_nation_display(),
            url=reverse("site-detail", args=[each.site.slug]),
        )
        for each in milestones
    ]

"""One activity as the records of the look: its facts, its neighbours in the plan, its evidence."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from implementation.models import Activity
from implementation.queries.standing import Placed
from implementation.tables.plans import STATUS_OF, activity_url, day, state_words
from mst_sites.look.parts import Fact
from mst_sites.look.tables import Column, Row, Table
from mst_sites.periods import local_day, short_day
from mst_sites.records.models import Attachment
from mst_sites.records.tables import file_cell
from mst_sites.tenancy.models import Site

SHOWN_OF_SHA256 = 12
KILOBYTE = 1024


def activity_facts(placed: Placed) -> list[Fact]:
    activity = placed.activity
    facts = [
        Fact(_("State"), state_words(placed.state), status=STATUS_OF[placed.state]),
        Fact(_("Stage"), f"{activity.stage} {activity.get_stage_display()}"),
        Fact(_("Area"), activity.get_area_display()),
        Fact(_("Lead"), activity.get_lead_display()),
        Fact(_("Mandatory"), _("yes") if activity.is_mandatory else _("no")),
    ]
    if activity.is_local:
        facts.append(Fact(_("Local"), _("added for this site")))
    return facts


def answers(activity: Activity) -> list[Fact]:
    """Return what the site said to it."""
    forecast = day(activity.forecast_on)
    if activity.is_fixed:
        forecast = _("%(day)s, fixed") % {"day": forecast}
    facts = [
        Fact(_("Owner"), activity.owner.full_name if activity.owner else _("nobody yet")),
        Fact(_("Forecast"), forecast),
        Fact(_("Done on"), day(activity.completed_on)),
        Fact(_("Days it takes"), str(activity.duration_days)),
        Fact(_("Evidence wanted"), activity.evidence or _("none in particular")),
    ]
    if not activity.is_applicable:
        facts.append(Fact(_("Why it does not apply"), activity.not_applicable_reason))
        if activity.excluded_by:
            facts.append(Fact(_("Who said so"), activity.excluded_by.full_name))
        if activity.is_mandatory:
            agreed = _("yes") if activity.is_exclusion_agreed else _("not yet")
            facts.append(Fact(_("MST UK has agreed"), agreed))
    return facts


def neighbours(placed: Iterable[Placed], site: Site) -> list[dict[str, str]]:
    """Return activities that wait for each other, as lines with a link."""
    return [
        {
            "label": str(each.activity),
            "url": activity_url(each.activity, site),
            "status": STATUS_OF[each.state],
            "words": state_words(each.state),
        }
        for each in placed
    ]


def evidence_table(files: Iterable[Attachment], site: Site) -> Table:
    columns = [
        Column(_("File")),
        Column(_("Date on it")),
        Column(_("Received")),
        Column(_("By")),
        Column(_("Size"), numeric=True),
        Column(_("SHA-256")),
    ]
    rows = [
        Row(
            [
                file_cell(file, site),
                day(file.dated_on),
                short_day(local_day(file.received_at)),
                file.uploaded_by.full_name if file.uploaded_by else "",
                _("%(size)d KB") % {"size": -(-file.size // KILOBYTE)},
                f"{file.sha256[:SHOWN_OF_SHA256]}…",
            ]
        )
        for file in files
    ]
    return Table(_("Evidence"), columns, rows, caption_hidden=True)

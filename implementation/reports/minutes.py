"""The minutes of a closed meeting as a PDF."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from implementation.models import Meeting, MeetingState
from implementation.queries import meetings as queries
from implementation.queries.agendas import agenda_of
from implementation.tables import meetings as tables
from mst_sites.delivery import pdf
from mst_sites.delivery.models import Document
from mst_sites.delivery.renderers import Progress
from mst_sites.languages import speaking
from mst_sites.look.parts import Fact
from mst_sites.periods import day_label

STEPS = 2  # the content is read, the pages are drawn


def draw_minutes(document: Document, progress: Progress) -> Callable[[], bytes]:
    """Read a closed meeting; return what draws its minutes."""
    progress(0, STEPS)
    meeting = Meeting.objects.select_related("site", "closed_by").get(
        pk=document.subject_id, site=document.site_id, state=MeetingState.CLOSED
    )
    html = html_of(meeting)
    created = meeting.closed_at or document.requested_at
    progress(1, STEPS)

    def drawn() -> bytes:
        content = pdf.render(html, created=created)
        progress(STEPS, STEPS)
        return content

    return drawn


def html_of(meeting: Meeting) -> str:
    """Write the page that becomes the PDF, in the language of the site."""
    invitees = list(queries.invitees_of(meeting))
    with speaking(meeting.site.language):
        return render_to_string(
            "pdf/minutes.html",
            {
                "meeting": meeting,
                "facts": facts_of(meeting),
                "attendance": tables.attendance_summary(invitees),
                "corrections": list(queries.attendance_corrections_of(meeting)),
                "agenda": tables.agenda_groups(agenda_of(meeting, today=meeting.on)),
                "minutes": queries.minutes_of(meeting),
                "decisions": list(queries.decisions_of(meeting)),
                "actions": list(queries.actions_of_meeting(meeting)),
            },
        )


def facts_of(meeting: Meeting) -> list[Fact]:
    facts = [
        Fact(_("When"), f"{day_label(meeting.on)}, {tables.time_label(meeting)}"),
        Fact(_("Where"), meeting.place or meeting.link or _("not said")),
    ]
    if meeting.is_quorate is not None:
        facts.append(Fact(_("Quorum"), _("quorate") if meeting.is_quorate else _("not quorate")))
    return facts

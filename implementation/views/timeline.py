"""One site's journey, planned against actual."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView

from implementation.operations import portfolio as operations
from implementation.queries.timeline import meetings_kept, timeline_of
from implementation.tables import timeline as tables
from implementation.views.pages import SetUpPage
from mst_sites import spreadsheets
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Text
from mst_sites.tenancy import limits


class TimelinePage(SetUpPage):
    permission = Permission.PLAN_VIEW
    tab = "timeline-detail"

    def meetings(self) -> list[tuple[date, Text]]:
        """Return the days of the site's meetings, for those who may see them."""
        if not self.may(Permission.MEETING_VIEW):
            return []
        return [(meeting.on, meeting.title) for meeting in meetings_kept(self.site)]

    def moments(self) -> list[tables.Moment]:
        plan = self.plan_or_404()
        return tables.moments(
            timeline_of(plan, today=self.today), self.meetings(), today=self.today
        )


class TimelineDetail(TimelinePage, TemplateView):
    template_name = "implementation/timeline_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.plan is None:
            return super().get_context_data(chart=None, **kwargs)
        timeline, meetings = timeline_of(self.plan, today=self.today), self.meetings()
        found = tables.moments(timeline, meetings, today=self.today)
        exports = [
            (label, f"{self.address('timeline-export')}?file_type={file_type}")
            for label, file_type in (("CSV", spreadsheets.CSV), ("Excel", spreadsheets.XLSX))
        ]
        return super().get_context_data(
            chart=tables.journey_chart(timeline, meetings, today=self.today),
            table=tables.moment_table(found, today=self.today),
            exports=exports,
            **kwargs,
        )


class TimelineExport(TimelinePage):
    """The journey as a file."""

    limit = limits.EXPORT

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        file_type = request.GET.get("file_type", spreadsheets.CSV)
        if file_type not in spreadsheets.CONTENT_TYPES:
            raise Http404
        rows = tables.export_rows(self.site, self.moments())
        headings = [str(heading) for heading in tables.EXPORT_HEADINGS]
        content = spreadsheets.written(file_type, _("Timeline"), headings, rows)
        operations.export_timeline(
            site=self.site, rows=len(rows), file_type=file_type, by=self.user
        )
        return spreadsheets.download(content, f"{self.site.slug}-{self.today:%Y-%m-%d}", file_type)

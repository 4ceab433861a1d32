"""The first page after signing in, and the progress of sites for those who pay for them."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView

from consultation.queries import (
    last_issued_reviews,
    note_counts,
    unanswered_notes,
    waiting_reviews,
)
from implementation.queries.enquiries import waiting_enquiries
from implementation.queries.meetings import next_meetings_of
from implementation.queries.plans import open_activities_of
from mst_sites.accounts.permissions import Permission
from mst_sites.dashboards import queries, tables
from mst_sites.directory.forms import SiteFilterForm
from mst_sites.directory.queries import sites_matching
from mst_sites.directory.views.pages import one_page
from mst_sites.look.parts import Crumb
from mst_sites.records.queries import open_actions_of
from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.views import SignedInPage, SitePage

FIRST_FEW = 10
A_HANDFUL = 5


class Home(SignedInPage, TemplateView):
    """What waits for this person, most urgent first, and where they work."""

    template_name = "dashboards/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        access = self.request.access
        context: dict[str, Any] = {
            "today": today,
            "weeks": [],
            "unread": [],
            "reviews": [],
            "asked": None,
            "phases": [],
            "actions": open_actions_of(self.user)[:FIRST_FEW],
            "activities": [],
            "enquiries": None,
        }
        context["meetings"] = tables.meeting_doors(
            next_meetings_of(self.user, today=today)[:A_HANDFUL], access
        )
        if access.may_everywhere(Permission.ENQUIRY_MANAGE):
            context["enquiries"] = waiting_enquiries()
        if access.may_anywhere(Permission.PLAN_VIEW):
            context["activities"] = open_activities_of(self.user)[:FIRST_FEW]
        if access.may_anywhere(Permission.NOTE_FILE):
            filing = Team.objects.visible_to(self.user, Permission.NOTE_FILE)
            context["weeks"] = queries.weeks_to_note(filing, today=today)
        if access.may_anywhere(Permission.NOTE_ACKNOWLEDGE):
            reading = Team.objects.visible_to(self.user, Permission.NOTE_ACKNOWLEDGE)
            context["unread"] = queries.notes_to_acknowledge(reading)[:FIRST_FEW]
            # Whoever acknowledges a team's notes is its consultant. MST UK's lead may write reviews as well, of the
            # whole country: none of them waits for the lead.
            waiting = waiting_reviews(reading, today=today)[:FIRST_FEW]
            context["reviews"] = tables.reviews_to_issue(waiting)
        if access.country_role:
            context |= self.of_mst_uk()
        else:
            teams = (
                Team.objects.visible_to(self.user)
                .select_related("site")
                .order_by("site__name", "name", "id")[:FIRST_FEW]
            )
            context["teams"] = tables.team_doors(teams, access)
        return super().get_context_data(
            is_country=bool(access.country_role),
            has_work=access.may_anywhere(Permission.NOTE_FILE)
            or access.may_anywhere(Permission.NOTE_ACKNOWLEDGE),
            has_role=bool(access.roles),
            has_actions=not access.roles or access.may_anywhere(Permission.ACTION_VIEW),
            may_see_progress=access.may_anywhere(Permission.PROGRESS_VIEW),
            **context,
            **kwargs,
        )

    def of_mst_uk(self) -> dict[str, Any]:
        """Return what only those see who work for the whole country."""
        counts = queries.phase_counts(Site.objects.visible_to(self.user))
        answering = Site.objects.visible_to(self.user, Permission.ESCALATION_ANSWER)
        asked = list(unanswered_notes(answering)[: FIRST_FEW + 1])
        return {
            "phases": tables.phase_tiles(counts),
            "asked": asked[:FIRST_FEW],
            "has_more_asked": len(asked) > FIRST_FEW,
        }


class Progress(SignedInPage, TemplateView):
    """How the sites of a commissioner stand, or for MST UK all of them."""

    permission = Permission.PROGRESS_VIEW
    template_name = "dashboards/progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = SiteFilterForm(params)
        # What is understood narrows the list; a value that is none of the choices is told at its field.
        form.is_valid()
        wanted = form.cleaned_data
        sites = sites_matching(Site.objects.visible_to(self.user, Permission.PROGRESS_VIEW), wanted)
        known = None
        if not any(wanted.values()):
            known = self.request.access.site_count(Permission.PROGRESS_VIEW)
        page = one_page(self.request, sites.order_by("name", "id"), count=known)
        standings = queries.standings(page.object_list, today=timezone.localdate())
        is_filtered = any(params.get(name) for name in form.fields)
        return super().get_context_data(
            table=tables.standing_table(standings, page, params),
            form=form,
            reset_url=reverse("progress") if is_filtered else "",
            is_filtered=is_filtered,
            # Whoever sees a handful of sites needs no help to find one.
            has_filter=is_filtered or page.paginator.count > A_HANDFUL,
            **kwargs,
        )


class SiteProgress(SitePage, TemplateView):
    """One site for those who pay for it: counts and the figures of each team's last review."""

    permission = Permission.PROGRESS_VIEW
    template_name = "dashboards/site_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today, access = timezone.localdate(), self.request.access
        teams = list(
            Team.objects.visible_to(self.user).filter(site=self.site).order_by("name", "id")
        )
        reviews = last_issued_reviews([self.site])
        counts = note_counts(teams=teams, period=queries.last_weeks(today), today=today)
        progress = [
            tables.team_progress(
                team,
                counts[team.pk],
                reviews.get(team.pk),
                in_full=access.may(Permission.REVIEW_VIEW_FULL, self.site.pk, team.pk),
            )
            for team in teams
        ]
        return super().get_context_data(
            site=self.site,
            crumbs=[Crumb(_("Progress"), reverse("progress"))],
            facts=tables.site_facts(self.site, teams),
            teams=progress,
            has_left_out=any(each.left_out for each in progress),
            **kwargs,
        )

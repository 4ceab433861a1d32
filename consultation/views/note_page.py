"""What every page of a team's notes stands on."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consultation import queries
from consultation.models import Note
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.periods import local_day
from mst_sites.tenancy.views import TeamPage


class NotePage(TeamPage):
    """What the pages of a team's notes share."""

    kwargs: dict[str, Any]

    def admit(self) -> None:
        super().admit()
        self.team.site = self.site  # known already: no query for it

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return local_day(self.now)

    def list_url(self) -> str:
        return reverse("note-list", args=[self.site.slug, self.team.slug])

    def note(self) -> Note:
        """Find the note of the address; a draft is there only for those who file."""
        notes = queries.notes_of(self.team, with_drafts=self.may(Permission.NOTE_FILE))
        note: Note = get_object_or_404(notes, pk=self.kwargs["pk"])
        note.team, note.site = self.team, self.site
        return note

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            Crumb(_("Sites"), reverse("site-list")),
            Crumb(self.site.name, reverse("site-detail", args=[self.site.slug])),
            Crumb(self.team.name, reverse("team-detail", args=[self.site.slug, self.team.slug])),
            Crumb(_("Weekly notes"), self.list_url()),
        ]
        context = {"site": self.site, "team": self.team, "crumbs": crumbs, **kwargs}
        parent: Any = super()
        return parent.get_context_data(**context)  # type: ignore[no-any-return] # a page's

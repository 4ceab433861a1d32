"""What the pages of a team's episodes and reviews share: the clock, and where they stand."""

from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mst_sites.look.parts import Crumb, Text
from mst_sites.periods import local_day
from mst_sites.tenancy.views import TeamPage


class TeamRowsPage(TeamPage):
    """A page of the rows of one team, under the page that lists them."""

    list_name: ClassVar[str]
    list_label: ClassVar[Text]
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

    def address(self, name: str, *args: Any) -> str:
        """Return the address of another page of the team."""
        return reverse(name, args=[self.site.slug, self.team.slug, *args])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            Crumb(_("Sites"), reverse("site-list")),
            Crumb(self.site.name, reverse("site-detail", args=[self.site.slug])),
            Crumb(self.team.name, self.address("team-detail")),
            Crumb(self.list_label, self.address(self.list_name)),
        ]
        context = {"site": self.site, "team": self.team, "crumbs": crumbs, **kwargs}
        parent: Any = super()
        return parent.get_context_data(**context)  # type: ignore[no-any-return] # a page's

"""The page on which a site's people see what was done and read, and by whom."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.audit import queries
from mst_sites.audit.acts import act_words
from mst_sites.audit.models import SYSTEM, AuditEntry
from mst_sites.audit.words import Names, detail_lines, subject_words
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.tenancy.views import SitePage

ROWS_A_PAGE = 50


class AuditFilterForm(forms.Form):
    """Narrows the history to one person, or to one kind of act."""

    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)

    def __init__(
        self, *args: Any, people: dict[str, str], actions: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everybody: tuple[str, Any] = ("", gettext_lazy("All"))
        named: Any = self.fields
        people = {key: _("The system") if key == SYSTEM else said for key, said in people.items()}
        named["person"].choices = [everybody, *people.items()]
        named["action"].choices = [everybody, *((code, act_words(code)) for code in actions)]


class AuditList(SitePage, TemplateView):
    """The history of a site, the newest first."""

    permission = Permission.AUDIT_VIEW
    template_name = "audit/audit_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        people, actions = queries.people_and_actions(self.site)
        form = AuditFilterForm(params, people=people, actions=actions)
        wanted = form.cleaned_data if form.is_valid() else {}
        entries = queries.entries_matching(site=self.site, **wanted)
        page = Paginator(entries, ROWS_A_PAGE).get_page(params.get("page"))
        return super().get_context_data(
            site=self.site,
            form=form,
            table=audit_table(page, params, queries.names_in(page, site=self.site)),
            reset_url=reverse("audit-list", args=[self.site.slug]) if any(wanted.values()) else "",
            **kwargs,
        )


def audit_table(page: Any, params: Any, names: Names) -> Table:
    columns = [
        Column(_("Number"), numeric=True),
        Column(_("When")),
        Column(_("Who")),
        Column(_("What")),
        Column(_("Details")),
    ]
    rows = [
        Row(
            [
                Cell(str(entry.number), note=_("fingerprint %(hash)s…") % {"hash": entry.hash[:8]}),
                date_format(localtime(entry.at), "j M Y, H:i:s"),
                actor_cell(entry),
                Cell(act_words(entry.action), note=subject_words(entry, names)),
                in_lines(detail_lines(entry, names)),
            ]
        )
        for entry in page
    ]
    return Table(
        _("History"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("Nothing matches."),
    )


def actor_cell(entry: AuditEntry) -> Cell:
    """Say who it was: by the name of then, which people choose, and with the way to the person."""
    person, name = entry.actor, entry.actor_name
    if person is None:
        return Cell(_("The system"), note=source_words(entry))
    if person.full_name != name:
        name = _("%(then)s (now %(now)s)") % {"then": name, "now": person.full_name}
    return Cell(name, url=reverse("person-detail", args=[person.pk]), note=source_words(entry))


def source_words(entry: AuditEntry) -> str:
    """Say by which way it came: a browser's address, the worker, or an operator's command."""
    ways = {"worker": _("in the background"), "command": _("an operator's command")}
    return entry.ip_address or ways.get(entry.source, "")


def in_lines(lines: Iterable[str]) -> SafeString:
    """Give each thing a line of its own."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))

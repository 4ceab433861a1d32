"""Pages that show the weekly notes of a team: its year, one note, what was changed in it."""

from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from consultation import forms, operations, queries
from consultation.models import Note, NoteContent
from consultation.tables import notes as tables
from consultation.views.note_page import NotePage
from mst_sites.accounts.permissions import Permission
from mst_sites.periods import Period, week_label
from mst_sites.tenancy.pages import OperationPage
from mst_sites.tenancy.versions import ClashError

RESTORABLE = timedelta(days=30)
JUST_NOW = timedelta(seconds=30)
FIRST_YEAR = 2000


class NoteList(NotePage, TemplateView):
    """A team's year: a strip of weeks, their counts, and each week in a table."""

    permission = Permission.NOTE_VIEW
    template_name = "consultation/note_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = self.year()
        may_file = self.may(Permission.NOTE_FILE)
        period = Period(date(year, 1, 1), date(year + 1, 1, 1))
        notes = list(queries.notes_of(self.team, with_drafts=may_file).within(period))
        since = queries.team_working_since(self.team)
        weeks = queries.weeks_of_year(notes, year=year, today=self.today, since=since)
        of_teams = queries.note_counts(teams=[self.team], period=period, today=self.today)
        counts = of_teams[self.team.pk]
        earlier = queries.weeks_before_work(self.team, year=year, today=self.today, since=since)
        lately = self.now - RESTORABLE
        discarded = queries.discarded_drafts(self.team, since=lately) if may_file else []
        return super().get_context_data(
            year=year,
            years=(
                year - 1 if year > FIRST_YEAR else None,
                year + 1 if year < self.today.year else None,
            ),
            is_empty=not notes,
            strip=tables.strip(weeks, counts, year=year),
            tiles=tables.tiles(counts),
            table=tables.week_table(
                weeks, team=self.team, today=self.today, may_file=may_file, year=year
            ),
            may_file=may_file,
            earlier_weeks=tables.earlier_weeks(earlier) if may_file else [],
            discarded=tables.discarded_lines(discarded, now=self.now),
            write_url=reverse("note-create", args=[self.site.slug, self.team.slug]),
            **kwargs,
        )

    def year(self) -> int:
        given = self.request.GET.get("year", "")
        if not given:
            return self.today.year
        if not (given.isdecimal() and FIRST_YEAR <= int(given) <= self.today.year):
            raise Http404
        return int(given)


class NoteDetail(NotePage, TemplateView):
    """A filed note, for reading and for print."""

    permission = Permission.NOTE_VIEW
    template_name = "consultation/note_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note = self.note()
        if note.is_draft:
            return redirect(tables.write_url(self.team, note.week_starts_on))
        operations.read_note(note=note, by=self.user)
        return self.render_to_response(self.get_context_data(note=note))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        note: Note = kwargs["note"]
        versions = list(queries.note_versions(note))
        answers = queries.escalation_answers(note)
        content = NoteContent.of(note, queries.attendances_of(note), queries.owners_of(note))
        may_acknowledge = self.may(Permission.NOTE_ACKNOWLEDGE)
        return super().get_context_data(
            week=week_label(note.week_starts_on),
            content=content,
            status=tables.STATUS[note.status],
            facts=tables.note_facts(note, content),
            figures=tables.figure_facts(content),
            texts=tables.text_blocks(content),
            recommendations=tables.action_table(
                queries.recommendations_of(note),
                caption=_("Recommendations"),
                may_close=self.may(Permission.ACTION_EDIT),
                today=self.today,
            ),
            answers=answers,
            is_waiting=queries.is_waiting(note, answers),
            may_answer=self.may(Permission.ESCALATION_ANSWER),
            history=tables.history(note, versions, answers),
            has_changes=len(versions) > 1,
            is_just_filed=self.is_just_filed(note),
            is_locked=note.is_locked_at(self.now),
            may_amend=self.may(Permission.NOTE_FILE) and not note.is_locked_at(self.now),
            may_acknowledge=may_acknowledge and note.acknowledged_at is None,
            **kwargs,
        )

    def is_just_filed(self, note: Note) -> bool:
        """Tell whether this page is the answer to filing, without a message kept in the session."""
        age = self.now - (note.filed_at or self.now)
        return note.filed_by_id == self.user.pk and note.edition == 1 and age < JUST_NOW


class NoteChanges(NotePage, TemplateView):
    """What each amendment changed."""

    permission = Permission.NOTE_VIEW
    template_name = "consultation/note_changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        note = self.note()
        operations.read_note(note=note, by=self.user)
        versions = list(queries.note_versions(note))
        changes = [
            (after, tables.differences(before.content, after.content))
            for before, after in pairwise(versions)
        ]
        return super().get_context_data(
            note=note, week=week_label(note.week_starts_on), changes=changes[::-1], **kwargs
        )


class NoteAcknowledge(NotePage):
    """The consultant's button on a filed note."""

    permission = Permission.NOTE_ACKNOWLEDGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        note = self.note()
        form = forms.AcknowledgeForm(request.POST)
        version = form.cleaned_data["version"] if form.is_valid() else 0
        try:
            operations.acknowledge_note(note=note, version=version, now=self.now, by=self.user)
        except ClashError:
            messages.warning(
                request, _("The note was amended in the meantime: read it again first.")
            )
        else:
            messages.success(request, _("Acknowledged."))
        return redirect(tables.note_url(self.team, note))


class NoteDiscard(NotePage, OperationPage):
    """Asks before a draft is put away; it can be taken back for thirty days."""

    permission = Permission.NOTE_FILE
    form_class = forms.DiscardForm
    template_name = "consultation/note_discard.html"
    success_message = gettext_lazy("Discarded. You can take it back for thirty days.")

    @cached_property
    def draft(self) -> Note:
        return self.note()

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.draft.version}

    def act(self, **values: Any) -> Note:
        return operations.discard_draft(
            note=self.draft, version=values["version"], now=self.now, by=self.user
        )

    def get_success_url(self) -> str:
        return self.list_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            note=self.draft, week=week_label(self.draft.week_starts_on), **kwargs
        )


class NoteRestore(NotePage):
    """Takes a discarded draft back."""

    permission = Permission.NOTE_FILE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        drafts = queries.discarded_drafts(self.team, since=self.now - RESTORABLE)
        # One that is back already was taken back by the first click of two.
        note = drafts.filter(pk=kwargs["pk"]).first() or self.note()
        if not note.is_draft:
            raise Http404
        note.team, note.site = self.team, self.site
        try:
            operations.restore_draft(note=note, by=self.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.list_url())
        messages.success(request, _("The draft is back."))
        return redirect(tables.write_url(self.team, note.week_starts_on))

"""Pages on which a weekly note is written: the draft that saves itself, filing, amending."""

from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultation import forms, operations, queries
from consultation.models import Note, NoteContent
from consultation.operations import Sheet
from consultation.tables import notes as tables
from consultation.views.note_page import NotePage
from mst_sites.accounts.permissions import Permission
from mst_sites.free_text import IDENTIFIER
from mst_sites.periods import LONDON, monday_of, week_label
from mst_sites.tenancy.models import Membership
from mst_sites.tenancy.pages import CONFLICT, OperationPage, add_errors
from mst_sites.tenancy.versions import ClashError

FIRST_YEAR = 2000


class NoteForms(NotePage, OperationPage):
    """What writing and amending share: the form, and what to show when it is refused."""

    permission = Permission.NOTE_FILE
    writes = (Note,)
    asks_reason = False
    form: Any

    def monday(self) -> date:
        raise NotImplementedError

    @cached_property
    def people(self) -> list[Membership]:
        return queries.people_of_week(self.team, monday=self.monday())

    def stored(self, note: Note) -> NoteContent:
        """Read what a note holds."""
        users = {str(each.user_id): each.user for each in self.people}
        return NoteContent.of(note, queries.attendances_of(note), users)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": self.people, "asks_reason": self.asks_reason}

    def get_form(self, form_class: Any = None) -> Any:
        self.form = super().get_form(form_class)
        self.form.cancel_url = self.list_url()
        return self.form

    def form_invalid(self, form: Any) -> HttpResponse:
        """Ask for a reason as soon as something looks like an identifier."""
        errors = [error for errors in form.errors.as_data().values() for error in errors]
        form.asks_reason = form.asks_reason or any(each.code == IDENTIFIER for each in errors)
        return super().form_invalid(form)

    def show_clash(self, form: Any, current: Note) -> HttpResponse:
        """Show both texts; the form goes on from the other one's version, so that saving again is a choice.

        It does not save itself, for that would put theirs away before anybody chose.
        """
        data = form.data.copy()
        data["id"], data["version"] = str(current.pk), current.version
        theirs = self.stored(current)
        mine = form.content()
        kind = form.__class__ if current.is_draft else forms.AmendForm
        again = kind(data, people=self.people)
        again.cancel_url = self.list_url()
        if not current.is_draft and not isinstance(form, forms.AmendForm):
            again.action_url = reverse(
                "note-amend", args=[self.site.slug, self.team.slug, current.pk]
            )
        context = self.get_context_data(
            form=again,
            clash=tables.differences(theirs.as_json(), mine.as_json()),
            current=current,
            is_own_clash=current.drafted_by_id == self.user.pk,
            theirs_url=tables.write_url(self.team, current.week_starts_on),
        )
        return self.render_to_response(context, status=CONFLICT)


class WeekForms(NoteForms):
    """The pages that write the note of the week in their address."""

    def monday(self) -> date:
        """Return the week that the address names, or the one that is due.

        :raises Http404: no Monday, or a week that is still to come.
        """
        given = self.request.GET.get("week", "")
        if not given:
            return self.usual_monday
        try:
            day = date.fromisoformat(given)
        except ValueError as error:
            raise Http404 from error
        if day != monday_of(day) or day > self.today or day.year < FIRST_YEAR:
            raise Http404
        return day

    @cached_property
    def usual_monday(self) -> date:
        return queries.default_week(self.team, today=self.today)


class NoteCreate(WeekForms):
    """The form of one week's note, new or a draft that is written on."""

    form_class = forms.NoteForm
    template_name = "consultation/note_create.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.draft = queries.note_of_week(self.team, self.monday())
        if self.draft and not self.draft.is_draft:
            return redirect(tables.note_url(self.team, self.draft))
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        if self.request.method != "GET":
            return initial
        if self.draft:
            content = self.stored(self.draft)
            sheet = Sheet(id=self.draft.pk, tab=uuid4(), version=self.draft.version)
        else:
            content = queries.first_content(
                self.team, monday=self.monday(), today=self.today, people=self.people
            )
            sheet = Sheet(id=uuid4(), tab=uuid4(), version=0)
        return {**initial, **forms.initial_of(content, sheet=sheet)}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        url = reverse("note-autosave", args=[self.site.slug, self.team.slug])
        form.autosave_url = f"{url}?week={self.monday().isoformat()}"
        form.action_url = f"{self.request.path}?week={self.monday().isoformat()}"
        return form

    @property
    def is_draft_wanted(self) -> bool:
        return bool(self.request.POST.get("keep") == "draft")

    def act(self, **values: Any) -> Note:
        act = operations.save_draft if self.is_draft_wanted else operations.file_note
        return act(
            team=self.team,
            week_starts_on=self.monday(),
            sheet=self.form.sheet(),
            content=self.form.content(),
            now=self.now,
            by=self.user,
        )

    def address_after(self, result: Note) -> str:
        if self.is_draft_wanted:
            messages.success(self.request, _("Draft saved. It is not filed yet."))
            return self.list_url()
        return tables.note_url(self.team, result)  # which says that it was filed just now

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            week=week_label(self.monday()),
            draft=getattr(self, "draft", None),
            list_url=self.list_url(),
            open_actions=tables.action_table(
                queries.open_recommendations(self.team),
                caption=_("Still open from earlier weeks"),
                may_close=self.may(Permission.ACTION_EDIT),
                today=self.today,
            ),
            **kwargs,
        )


class NoteAutosave(WeekForms):
    """Keeps a draft while it is written. What cannot be kept yet stays on the page, and the answer says so."""

    form_class = forms.NoteForm
    http_method_names = ["post"]

    def form_valid(self, form: Any) -> HttpResponse:
        return self.answer(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.answer(form)

    def answer(self, form: Any) -> HttpResponse:
        if {"id", "tab", "version"} & set(form.errors):
            return JsonResponse({}, status=400)
        try:
            note = self.save(form)
        except ClashError:
            return JsonResponse({"clash": True}, status=CONFLICT)
        except ValidationError:
            return JsonResponse({}, status=422)
        at = self.now.astimezone(LONDON).strftime("%H:%M")
        left = [str(form.fields[name].label) for name in form.errors if name in form.fields]
        if left:
            at = _("%(time)s, but not yet: %(fields)s") % {"time": at, "fields": ", ".join(left)}
        found = form.errors.as_data()
        refused = {name: reason_of(found[name]) for name in found if name in form.fields}
        return JsonResponse({"version": note.version, "saved_at": at, "refused": refused})

    def save(self, form: Any) -> Note:
        """Save what is right, and leave what is refused as it was saved last."""
        try:
            return self.keep(form, form.content() if form.is_valid() else self.mended(form))
        except ValidationError as error:
            add_errors(form, error)
            return self.keep(form, self.mended(form))

    def mended(self, form: Any) -> NoteContent:
        note = queries.note_of_week(self.team, self.monday())
        return form.content(stored=self.stored(note) if note else None)  # type: ignore[no-any-return] # NoteForm's

    def keep(self, form: Any, content: NoteContent) -> Note:
        return operations.save_draft(
            team=self.team,
            week_starts_on=self.monday(),
            sheet=form.sheet(),
            content=content,
            now=self.now,
            by=self.user,
        )


def reason_of(errors: list[ValidationError]) -> str:
    """Say why a field was not stored; a draft that saves itself has no place yet to overrule the guard."""
    marked = [error.params for error in errors if error.code == IDENTIFIER and error.params]
    if len(marked) < len(errors):
        return " ".join(message for error in errors for message in error.messages)
    spots = ", ".join(f"“{each['spot']}” ({each['rule']})" for each in marked)
    return _(
        "%(spots)s. Take this out; or press “Save as draft”, which then asks why it is right to keep it."
    ) % {"spots": spots}


class NoteAmend(NoteForms):
    """Puts a filed note right, with a reason."""

    form_class = forms.AmendForm
    template_name = "consultation/note_amend.html"
    success_message = gettext_lazy("The note is amended. What it said before is kept.")

    @cached_property
    def filed(self) -> Note:
        return self.note()

    def monday(self) -> date:
        return self.filed.week_starts_on

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.filed.is_draft:
            return redirect(tables.write_url(self.team, self.monday()))
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        if self.request.method != "GET":
            return initial
        sheet = Sheet(id=self.filed.pk, tab=uuid4(), version=self.filed.version)
        content = replace(self.stored(self.filed), recommendations=())
        return {**initial, **forms.initial_of(content, sheet=sheet)}

    def act(self, **values: Any) -> Note:
        return operations.amend_note(
            note=self.filed,
            sheet=self.form.sheet(),
            content=self.form.content(),
            reason=self.form.cleaned_data["reason"],
            now=self.now,
            by=self.user,
        )

    def address_after(self, result: Note) -> str:
        return tables.note_url(self.team, result)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            note=self.filed,
            week=week_label(self.monday()),
            is_locked=self.filed.is_locked_at(self.now),
            **kwargs,
        )

"""The pages that most pages are: a form or a button, one operation, and what to say when the operation refuses."""

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View
from django.views.generic.edit import FormView
from psycopg2.errors import UniqueViolation

from mst_sites.tenancy.kept import KeepsTyping
from mst_sites.tenancy.versions import ClashError

logger = logging.getLogger(__name__)
CONFLICT = 409
INVALID = 422


class OperationPage(KeepsTyping, FormView):
    """Shows a form and hands what it accepts to `act`; whatever `act` refuses is shown, and nothing typed is lost.

    Put it after SignedInPage, SitePage or TeamPage among the bases.
    """

    success_message: Any = ""
    writes: ClassVar[tuple[type[models.Model], ...]] = ()  # whose constraints may refuse

    def act(self, *args: Any, **values: Any) -> Any:
        """Do what the page is for, by one operation.

        :raises ValidationError: what the person can put right.
        :raises ClashError: somebody else changed the row.
        """
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            # A savepoint, so that the page can still be drawn after the database has refused.
            with transaction.atomic():
                result = self.act(**form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except IntegrityError as error:
            add_errors(form, told_by_constraint(error, self.writes))
        except ClashError as clash:
            return self.show_clash(form, clash.current)
        else:
            if self.success_message:
                messages.success(self.request, str(self.success_message))
            return redirect(self.address_after(result))
        return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def address_after(self, result: Any) -> str:
        """Return where to go once it is done."""
        return str(self.get_success_url())

    def show_clash(self, form: Any, current: Any) -> HttpResponse:
        """Show what was typed beside what somebody else saved; saving again replaces theirs knowingly."""
        form.data = form.data.copy()
        form.data["version"] = current.version
        form.autosave_url = ""  # a form that saves itself would replace theirs before anybody chose
        form.add_error(
            None,
            _("Somebody else saved a change while you were typing. Yours is still in the form."),
        )
        context = self.get_context_data(
            form=form, clash=differences(form, self.field_values(current))
        )
        return self.render_to_response(context, status=CONFLICT)

    def field_values(self, row: Any) -> Mapping[str, Any]:
        """Return what a row holds in the terms of the form's fields; those of most forms are the row's own."""
        fields = self.get_form_class().base_fields
        return {name: getattr(row, name) for name in fields if hasattr(row, name)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"clash": [], **kwargs})


class RepeatablePage(OperationPage):
    """A form about a row: sent twice, the second one finds its own change and not somebody else's."""

    def show_clash(self, form: Any, current: Any) -> HttpResponse:
        stored = self.field_values(current)
        if stored.keys() - {"version"} and not differences(form, stored):
            messages.success(self.request, _("Saved."))
            return redirect(self.address_after(current))
        return super().show_clash(form, current)


class ButtonPage(View):
    """A button: does one thing, says what became of it, and leads back; put it among the bases as OperationPage."""

    http_method_names = ["post"]
    done: Any = ""
    changed_since: Any = gettext_lazy(
        "Somebody changed this in the meantime. Look at it again first."
    )

    def press(self, version: int) -> Any:
        """Do what the button is for, by one operation.

        :param version: of the row that the button was drawn from, 0 if it names none.
        :raises ValidationError: it cannot be done, in words for the person.
        :raises ClashError: somebody else changed the row.
        """
        raise NotImplementedError

    def said(self, result: Any) -> Any:
        """Return what to say once it is done."""
        return self.done

    def back(self) -> str:
        """Return the address that the button stands on."""
        raise NotImplementedError

    def after(self) -> str:
        """Return where to go once it is done."""
        return self.back()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            result = self.press(version_of(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ClashError:
            messages.error(request, str(self.changed_since))
        else:
            if said := self.said(result):
                messages.success(request, str(said))
            return redirect(self.after())
        return redirect(self.back())


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put each message at its field if the form has it, at the top of the form if not."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def told_by_constraint(
    error: IntegrityError, rows: tuple[type[models.Model], ...]
) -> ValidationError:
    """Turn what a constraint refused (a double click gets past `full_clean`) into that constraint's own words."""
    text = str(error)
    for row in rows:
        for constraint in row._meta.constraints:
            if f'"{constraint.name}"' in text:
                return ValidationError(constraint.get_violation_error_message())
        for field in row._meta.local_fields:
            if field.unique and f'"{row._meta.db_table}_{field.column}_key"' in text:
                return ValidationError({field.name: str(field.error_messages["unique"])})
    if isinstance(error.__cause__, UniqueViolation):
        return ValidationError(_("This could not be saved, because it is there already."))
    logger.error("A constraint refused what a form had let through.", exc_info=error)
    return ValidationError(
        _("This could not be saved. The fault is ours, and it has been written down.")
    )


def differences(form: forms.Form, stored: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Return the label of each field that differs, what is stored, and what was typed."""
    told = []
    for name, field in form.fields.items():
        if name not in stored or form[name].is_hidden:
            continue
        # A figure that is kept as text, "8.0", is the one that was typed as "8".
        theirs = field.to_python(stored[name]) if isinstance(stored[name], str) else stored[name]
        if field.has_changed(theirs, form[name].data):
            mine = field.clean(form[name].data)
            told.append((field.label, read(field, theirs), read(field, mine)))
    return told


def read(field: forms.Field, value: Any) -> Any:
    """Return a value as people read it: the words of a choice, not its code."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return dict(field.choices).get(value, value)  # type: ignore[arg-type] # choices are pairs
    return "" if value is None else value


def versioned(initial: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """Return a form's initial values with the version of the row that they were read from."""
    return {**initial, "version": row.version}


def version_of(request: HttpRequest) -> int:
    """Read the version that the page was made from; what is no number matches none."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0  # noqa: PLR2004 - fits an integer

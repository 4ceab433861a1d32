"""The inbox in which MST UK answers enquiries."""

from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms import enquiries as forms
from implementation.models import Enquiry, EnquiryNote
from implementation.operations import conversions
from implementation.operations import enquiries as operations
from implementation.queries import enquiries as queries
from implementation.tables import enquiries as tables
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Membership, MstModel, Site
from mst_sites.tenancy.pages import ButtonPage, OperationPage, versioned
from mst_sites.tenancy.views import SignedInPage

ROWS_A_PAGE = 50
CHANGED_SINCE = gettext_lazy(
    "Somebody changed this enquiry in the meantime. Look at it again first."
)


class InboxPage(SignedInPage):
    """A page of the inbox, for MST UK alone: an enquiry belongs to no site."""

    permission = Permission.ENQUIRY_MANAGE
    everywhere = True

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return local_day(self.now)


class EnquiryList(InboxPage, TemplateView):
    """Every enquiry, the open ones first."""

    template_name = "implementation/enquiry_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = forms.EnquiryFilterForm(params)
        # What is understood narrows the list; a value that is none of the choices is told at its field.
        form.is_valid()
        wanted = form.cleaned_data
        found = queries.enquiries_matching(wanted, user=self.user)
        page = Paginator(found, ROWS_A_PAGE).get_page(params.get("page"))
        asked = any(params.get(name) for name in form.fields)
        return super().get_context_data(
            table=tables.enquiry_table(page, params, today=self.today),
            form=form,
            is_filtered=any(wanted.values()),
            reset_url=reverse("enquiry-list") if asked else "",
            **kwargs,
        )


class OneEnquiry(InboxPage):
    """What the pages of one enquiry share."""

    enquiry: Enquiry
    kwargs: dict[str, Any]

    def admit(self) -> None:
        super().admit()
        self.enquiry = get_object_or_404(queries.all_enquiries(), pk=self.kwargs["pk"])

    def address(self, name: str = "enquiry-detail") -> str:
        return reverse(name, args=[self.enquiry.pk])

    def note_form(self, *args: Any, **kwargs: Any) -> forms.EnquiryNoteForm:
        return forms.EnquiryNoteForm(*args, address=self.address("enquiry-note-create"), **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [Crumb(_("Enquiries"), reverse("enquiry-list"))]
        if not isinstance(self, EnquiryDetail):
            crumbs.append(Crumb(str(self.enquiry), self.address()))
        parent: Any = super()
        return parent.get_context_data(  # type: ignore[no-any-return] # a page's
            **{"enquiry": self.enquiry, "crumbs": crumbs, **kwargs}
        )


class EnquiryDetail(OneEnquiry, TemplateView):
    """What somebody asked, what was done about it, and what can be done next."""

    template_name = "implementation/enquiry_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enquiry = self.enquiry
        is_mine = enquiry.owner_id == self.user.pk
        return super().get_context_data(
            contact=tables.contact_facts(enquiry),
            request_facts=tables.request_facts(enquiry),
            progress=tables.progress_facts(enquiry, today=self.today),
            outcome=[] if enquiry.is_open else tables.outcome_facts(enquiry),
            is_late=tables.is_late(enquiry, self.today),
            may_take=enquiry.is_open and not is_mine,
            remarks=tables.note_remarks(queries.notes_of(enquiry)),
            note_form=self.note_form(),
            **kwargs,
        )


class EnquiryButton(OneEnquiry, ButtonPage):
    """A button on the page of an enquiry."""

    changed_since = CHANGED_SINCE

    def back(self) -> str:
        return self.address()


class EnquiryTake(EnquiryButton):
    done = gettext_lazy("You look after this enquiry now.")

    def press(self, version: int) -> None:
        operations.assign_enquiry(
            enquiry=self.enquiry, version=version, owner=self.user, by=self.user
        )


class EnquiryReopen(EnquiryButton):
    done = gettext_lazy("The enquiry is open again.")

    def press(self, version: int) -> None:
        operations.reopen_enquiry(enquiry=self.enquiry, version=version, by=self.user)


class EnquiryForms(OneEnquiry, OperationPage):
    """A form about an enquiry, from its page and back to it."""

    writes: ClassVar[tuple[type[Model], ...]] = (Enquiry,)
    success_message: Any = gettext_lazy("Saved.")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel_url = self.address()
        return form

    def get_success_url(self) -> str:
        return self.address()


class EnquiryAssign(EnquiryForms):
    form_class = forms.EnquiryAssignForm
    template_name = "implementation/enquiry_assign.html"

    def get_initial(self) -> dict[str, Any]:
        return versioned({"owner": self.enquiry.owner}, self.enquiry)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": queries.people_of_mst_uk()}

    def act(self, **values: Any) -> Enquiry:
        return operations.assign_enquiry(enquiry=self.enquiry, **values, by=self.user)


class EnquiryAnswer(EnquiryForms):
    form_class = forms.EnquiryAnswerForm
    template_name = "implementation/enquiry_answer.html"

    def get_initial(self) -> dict[str, Any]:
        day = self.enquiry.first_answered_on or self.today
        return versioned({"first_answered_on": day}, self.enquiry)

    def act(self, **values: Any) -> Enquiry:
        return operations.note_answer(
            enquiry=self.enquiry, **values, today=self.today, by=self.user
        )


class EnquiryNoteCreate(EnquiryForms):
    """Takes a note from the page of an enquiry, and shows what was wrong with it."""

    form_class = forms.EnquiryNoteForm
    template_name = "implementation/enquiry_note_create.html"
    writes = (EnquiryNote,)
    success_message = gettext_lazy("Your note is with the enquiry.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": self.address("enquiry-note-create")}

    def act(self, *, row_id: UUID, **values: Any) -> EnquiryNote:
        return operations.add_note(
            enquiry=self.enquiry, note_id=row_id, **values, now=self.now, by=self.user
        )


class EnquiryClose(EnquiryForms):
    form_class = forms.EnquiryCloseForm
    template_name = "implementation/enquiry_close.html"
    success_message = gettext_lazy("The enquiry is closed.")

    def get_initial(self) -> dict[str, Any]:
        return versioned({}, self.enquiry)

    def get_form_kwargs(self) -> dict[str, Any]:
        others = queries.others_than(self.enquiry)
        return {**super().get_form_kwargs(), "others": others}

    def act(self, **values: Any) -> Enquiry:
        return operations.close_enquiry(enquiry=self.enquiry, **values, now=self.now, by=self.user)


class EnquiryConvert(EnquiryForms):
    """Proposes the site that the enquiry becomes; one button makes it, with its plan begun."""

    form_class = forms.EnquiryConvertForm
    template_name = "implementation/enquiry_convert.html"
    writes = (Site,)
    success_message = ""

    def get_initial(self) -> dict[str, Any]:
        enquiry = self.enquiry
        return {
            "name": enquiry.area,
            "slug": queries.free_slug(enquiry.area),
            "nation": enquiry.nation,
            "model": enquiry.model or MstModel.STANDARD,
            "language": enquiry.language,
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.enquiry.is_open:
            return super().get(request, *args, **kwargs)
        return redirect(self.address())

    def act(self, **values: Any) -> Site:
        # Where there is one language alone the form asks for none, and what was wished for stays.
        values = {"language": self.enquiry.language, **values}
        return conversions.convert_enquiry(
            enquiry=self.enquiry, **values, now=self.now, by=self.user
        )

    def address_after(self, result: Site) -> str:
        if self.enquiry.site_id:
            messages.info(self.request, _("This enquiry is a site already: this one."))
        else:
            messages.success(
                self.request,
                _("The site is here, and its plan has begun on the day of the enquiry."),
            )
        return self.address()


class EnquiryInvite(EnquiryForms):
    """Invites whoever asked to the site that came of it."""

    form_class = forms.EnquiryInviteForm
    template_name = "implementation/enquiry_invite.html"
    writes = (Membership,)
    success_message = gettext_lazy("The invitation is on its way.")

    def admit(self) -> None:
        super().admit()
        if self.enquiry.site is None:
            raise Http404

    def act(self, **values: Any) -> Membership:
        return conversions.invite_contact(
            enquiry=self.enquiry, **values, now=self.now, by=self.user
        )

"""Pages of a site's facts: what stands, what is missing, and how each is told and taken back."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms import facts as forms
from implementation.models import FactCode, SiteFact
from implementation.operations import facts as fact_operations
from implementation.queries import facts as queries
from implementation.tables import facts as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.records.models import Attachment
from mst_sites.records.pages import TakesFile
from mst_sites.tenancy.pages import OperationPage

ROWS_A_PAGE = 30


class FactList(SetUpPage, TemplateView):
    """What is known of a site by day and evidence, what is missing, and what stood before."""

    permission = Permission.PLAN_VIEW
    tab = "gate-list"
    template_name = "implementation/fact_list.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Gates"), self.address("gate-list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = queries.standing_facts(self.site)
        files = queries.evidence_of(self.site, facts.values())
        former = Paginator(queries.former_facts(self.site), ROWS_A_PAGE)
        page = former.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            standing=tables.standing_table(self.site, facts, files) if facts else None,
            missing=tables.missing_tasks(self.site, facts),
            former=tables.former_table(self.site, page, self.request.GET) if page else None,
            **kwargs,
        )


class FactPage(SetUpPage):
    """A page about one fact of a site, told or not."""

    permission = Permission.PLAN_VIEW
    tab = "gate-list"
    code: FactCode

    def check_permission(self) -> None:
        """Read the fact's code.

        :raises Http404: there is no such fact.
        """
        super().check_permission()
        try:
            self.code = FactCode(self.kwargs["code"].upper().replace("-", "_"))
        except ValueError as error:
            raise Http404 from error

    @property
    def may_tell(self) -> bool:
        """Tell whether the person may say that it is so."""
        if self.code in queries.OF_MST_UK:
            return self.may_write(Permission.PLAN_MANAGE)
        return self.may_write(Permission.PLAN_EDIT)

    @cached_property
    def fact(self) -> SiteFact | None:
        fact = queries.standing_fact(self.site, self.code)
        if fact is not None:
            fact.site = self.site
        return fact

    def fact_or_404(self) -> SiteFact:
        """Return the fact for a page that makes no sense without it.

        :raises Http404: it does not stand.
        """
        if self.fact is None:
            raise Http404
        return self.fact

    @property
    def detail_url(self) -> str:
        return tables.fact_url(self.site, self.code)

    def crumbs(self) -> list[Crumb]:
        return [
            *super().crumbs(),
            Crumb(_("Gates"), self.address("gate-list")),
            Crumb(_("Facts"), self.address("fact-list")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "code": self.code})


class FactDetail(FactPage, TemplateView):
    """One fact: since when it is so, who said it, what shows it, and what was said before."""

    template_name = "implementation/fact_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fact, may_work = self.fact, self.may(Permission.PLAN_WORK)
        files = queries.evidence_of(self.site, [fact]) if fact and may_work else {}
        own = files.get(fact.pk, []) if fact else []
        former = Paginator(queries.former_facts(self.site, code=self.code), ROWS_A_PAGE)
        page = former.get_page(self.request.GET.get("page"))
        address = {
            name: tables.fact_url(self.site, self.code, f"fact-{name}")
            for name in ("record", "attach", "withdraw")
        }
        return super().get_context_data(
            fact=fact,
            lines=tables.fact_lines(fact) if fact else [],
            files=tables.file_table(self.site, own) if own else None,
            former=tables.former_table(self.site, page, self.request.GET) if page else None,
            address=address,
            may_tell=self.may_tell and not (fact and fact.source),
            may_work=may_work,
            is_of_mst_uk=self.code in queries.OF_MST_UK,
            **kwargs,
        )


class FactForms(FactPage, OperationPage):
    """A form about a fact, from its page and back to it."""

    writes = (SiteFact, Attachment)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": self.detail_url}

    def get_success_url(self) -> str:
        return self.detail_url


class TellPage(FactForms):
    """A form of those who may say that a fact is so."""

    def check_permission(self) -> None:
        super().check_permission()
        if not self.may_tell:
            raise PermissionDenied

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.fact.pk if self.fact else None}

    def show_clash(self, form: Any, current: Any) -> HttpResponse:
        """Take the fact that stands now for the version of what the page had shown."""
        current.version = str(current.pk)
        return super().show_clash(form, current)


class FactRecord(TakesFile, TellPage):
    form_class = forms.FactForm
    template_name = "implementation/fact_record.html"
    success_message = gettext_lazy("Recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "code": self.code}

    def act(self, *, row_id: UUID, version: UUID | None, **values: Any) -> SiteFact:
        upload, dated_on = values.pop("upload"), values.pop("dated_on")
        evidence = fact_operations.Evidence(upload, dated_on) if upload else None
        return fact_operations.record_fact(
            site=self.site,
            code=self.code,
            **values,
            fact_id=row_id,
            seen=version,
            evidence=evidence,
            now=self.now,
            by=self.user,
        )


class FactAttach(TakesFile, FactForms):
    permission = Permission.PLAN_WORK
    form_class = forms.EvidenceForm
    template_name = "implementation/fact_attach.html"
    success_message = gettext_lazy("The file is kept.")

    def check_permission(self) -> None:
        super().check_permission()
        self.fact_or_404()

    def act(self, *, row_id: UUID, **values: Any) -> SiteFact:
        return fact_operations.attach_evidence(
            fact=self.fact_or_404(),
            evidence=fact_operations.Evidence(**values),
            attachment_id=row_id,
            now=self.now,
            by=self.user,
        )


class FactWithdraw(TellPage):
    form_class = forms.FactWithdrawForm
    template_name = "implementation/fact_withdraw.html"
    success_message = gettext_lazy("Taken back. It stays on record.")

    def check_permission(self) -> None:
        super().check_permission()
        self.fact_or_404()

    def act(self, *, version: UUID | None, **values: Any) -> SiteFact:
        return fact_operations.withdraw_fact(
            fact=self.fact_or_404(), seen=version, **values, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(fact=self.fact, **kwargs)

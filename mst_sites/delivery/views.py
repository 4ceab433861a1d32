"""Pages of documents and of what waits to leave the house."""

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.delivery import health, operations, queries, tables
from mst_sites.delivery.models import Document, State
from mst_sites.delivery.renderers import permission_if_replaced, permission_to_read
from mst_sites.look.tables import Page
from mst_sites.records.queries import files_waiting_for_scan
from mst_sites.tenancy import limits
from mst_sites.tenancy.views import SignedInPage, SitePage

ROWS_A_PAGE = 50
CONFLICT = 409


class DeliveryList(SignedInPage, TemplateView):
    """What waits, what is being worked on and what has failed, the oldest first."""

    permission = Permission.DELIVERY_MANAGE
    everywhere = True
    template_name = "delivery/delivery_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        backlogs = {
            "documents": queries.backlog_of(queries.documents()),
            "mail": queries.backlog_of(queries.mails()),
        }
        shown = "mail" if self.request.GET.get("show") == "mail" else "documents"
        rows: Any = queries.mails() if shown == "mail" else queries.documents()
        page = Paginator(rows.filter(state__in=queries.SHOWN), ROWS_A_PAGE).get_page(
            self.request.GET.get("page")
        )
        return super().get_context_data(
            shown=shown,
            tabs=tables.tabs(shown, backlogs["documents"], backlogs["mail"]),
            tiles=tables.tiles(backlogs[shown]),
            lines=[
                {
                    "row": row,
                    "since": tables.waiting_since(row),
                    "failure": tables.failure_in_words(row.error),
                    "may_retry": row.state == State.FAILED,
                }
                for row in page
            ],
            page=Page.of(page),
            files_waiting=files_waiting_for_scan().count() if settings.CLAMAV_ADDRESS else 0,
            sweep_age=health.sweep_age(now=timezone.now()),
            **kwargs,
        )


class MailRetry(SignedInPage):
    permission = Permission.DELIVERY_MANAGE
    everywhere = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        mail = get_object_or_404(queries.mails(), pk=kwargs["pk"])
        if operations.retry_mail(mail=mail, by=self.user):
            messages.success(request, _("It will be sent again."))
        else:
            messages.info(request, _("Nothing to do: it has left, or is being tried already."))
        return redirect(reverse("delivery-list") + "?show=mail")


class DocumentPage(SitePage):
    """A page of one document: for those who may read this copy of it."""

    permission = Permission.SITE_VIEW
    document: Document

    def check_permission(self) -> None:
        """Find the document.

        :raises Http404: it belongs to a team on which the person has no role, or is replaced for this reader.
        :raises PermissionDenied: it is a copy for other readers.
        """
        super().check_permission()
        self.document = get_object_or_404(queries.documents_of(self.site), pk=self.kwargs["pk"])
        place = (self.site.pk, self.document.team_id)
        if not self.access.roles_on(*place):
            raise Http404
        needed = permission_to_read(self.document)
        if needed is None or not self.access.may(needed, *place):
            raise PermissionDenied
        kept_for = permission_if_replaced(self.document)
        if kept_for is not None and not self.access.may(kept_for, *place):
            raise Http404


class DocumentStatus(DocumentPage):
    """How far a document is: the whole page, or the part that htmx asks for every two seconds."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {
            "document": self.document,
            "site": self.site,
            "job": tables.progress_of(self.document, now=timezone.now()),
            "may_retry": self.document.state == State.FAILED,
        }
        is_part = getattr(request, "htmx", False)
        name = "components/progress_step.html" if is_part else "delivery/document_status.html"
        response = render(request, name, context)
        response["Cache-Control"] = "no-store"
        return response


class DocumentDownload(DocumentPage):
    """The file, if it is still the one that was drawn."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.document.state != State.READY:
            return redirect("document-status", self.site.slug, self.document.pk)
        try:
            content = operations.read_document(document=self.document, by=self.user)
        except operations.DamagedDocumentError:
            # No server fault: the middleware keeps what was recorded.
            context = {"document": self.document, "site": self.site}
            return render(request, "delivery/document_damaged.html", context, status=CONFLICT)
        response = attachment(content, name=self.document.file_name, kind="application/pdf")
        # RFC 9530: whoever saves the file can check it against the fingerprint that was kept when it was drawn.
        digest = base64.b64encode(bytes.fromhex(self.document.sha256)).decode()
        response["Repr-Digest"] = f"sha-256=:{digest}:"
        return response


class DocumentRetry(DocumentPage):
    """Whoever may read a document may have it drawn again."""

    limit = limits.DOCUMENT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if operations.retry_document(document=self.document, by=self.user):
            messages.success(request, _("It will be drawn again."))
        else:
            messages.info(request, _("Nothing to do: it is drawn, or is being drawn already."))
        if request.POST.get("back") == "list":
            return redirect("delivery-list")
        return redirect("document-status", self.site.slug, self.document.pk)


def attachment(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Answer with a file that a browser saves and never shows as a page."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell that the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Tell whether requests can be served, and what else is amiss.

    503 without a database; what only slows things down is "degraded", which is 200, or 503 with `?strict`.
    """
    found = health.examine(now=timezone.now())
    is_fine = found.status == "ok" or (found.status == "degraded" and "strict" not in request.GET)
    return JsonResponse({"status": found.status, **found.parts}, status=200 if is_fine else 503)

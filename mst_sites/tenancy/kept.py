"""A form that came after its session had ended: kept until the person who typed it is back, and for nobody else."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import csrf

FIELD = "typed_by"  # a hidden field: who was shown the form, signed
SALT = "mst_sites.tenancy.kept"
SESSION_KEY = "kept_form"
LONGEST = timedelta(hours=24)
LARGEST = 1_000_000


def mark(request: HttpRequest) -> str:
    """Return the value of the hidden field for the person who is shown a form."""
    return signing.dumps(str(request.user.pk), salt=SALT)


def keep(request: HttpRequest) -> bool:
    """Keep what was posted, if the form was shown to a person who was signed in; tell whether it was kept."""
    try:
        typed_by = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LONGEST)
    except signing.BadSignature:
        return False
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) > LARGEST:
        return False
    request.session[SESSION_KEY] = {
        "typed_by": typed_by,
        "path": request.path,
        "form": text,
        "at": timezone.now().timestamp(),
    }
    return True


def take(request: HttpRequest) -> QueryDict | None:
    """Hand a kept form back, once, to its own person on its own page; to anybody else it is lost."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    is_own = kept["typed_by"] == str(request.user.pk)
    if is_own and kept["path"] != request.path:
        return None
    del request.session[SESSION_KEY]
    is_fresh = timezone.now().timestamp() - kept["at"] < LONGEST.total_seconds()
    return QueryDict(kept["form"]) if is_own and is_fresh else None


class KeepsTyping:
    """A page with a form whose text outlives the session. Put it first among the bases."""

    request: Any

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Send a person who is signed out to the sign-in page, and keep what they posted."""
        if self.request.method == "POST" and not self.request.user.is_authenticated:
            keep(self.request)
        answer: HttpResponseRedirect = super().handle_no_permission()  # type: ignore[misc] # a page's
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc] # a form page's
        if self.request.method == "GET" and (typed := take(self.request)):
            kwargs["data"] = typed
            messages.warning(
                self.request,
                _(
                    "You had been signed out. What you typed is here again; it has not been sent yet."
                ),
            )
        return kwargs

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()  # type: ignore[misc] # a form page's
        return {**initial, FIELD: mark(self.request)}


def refuse_forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a post whose token is old, as after signing in anew in another tab; a form of the person's own comes back.

    Only somebody who was shown the form holds its signed mark, so that a forged post keeps nothing.
    """
    is_page = request.headers.get("X-Requested-With") != "XMLHttpRequest"
    if is_page and request.method == "POST" and keep(request):
        return HttpResponseRedirect(request.get_full_path())
    return csrf.csrf_failure(request, reason=reason)

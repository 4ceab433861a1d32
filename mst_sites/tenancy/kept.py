"""A form that came after its session had ended: kept until the person who typed it is back, and for nobody else."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import csrf

from mst_sites.accounts.models import User

FIELD = "typed_by"  # a hidden field that every form is drawn with: who was shown it, signed
SALT = "mst_sites.tenancy.kept"
SESSION_KEY = "kept_form"
LONGEST = timedelta(hours=24)
LARGEST = 1_000_000


def mark(user: User) -> str:
    """Return the value of the hidden field for the person who is shown a form."""
    return signing.dumps(str(user.pk), salt=SALT)


def keep(request: HttpRequest) -> bool:
    """Keep what was posted, if the form was shown to a person who was signed in; tell whether it was kept."""
    try:
        typed_by = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LONGEST)
    except signing.BadSignature:
        return False
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    typed.pop(FIELD, None)
    text = typed.urlencode()
    if len(text) > LARGEST:
        return False
    request.session[SESSION_KEY] = {
        "typed_by": typed_by,
        "path": request.get_full_path(),
        "form": text,
        "at": timezone.now().timestamp(),
    }
    return True


def take(request: HttpRequest) -> QueryDict | None:
    """Hand a kept form back, once, to its own person on its own page; to any other person it is lost."""
    kept = request.session.get(SESSION_KEY)
    if kept is None or not request.user.is_authenticated:
        return None
    is_own = kept["typed_by"] == str(request.user.pk)
    if is_own and kept["path"] != request.get_full_path():
        return None
    del request.session[SESSION_KEY]
    is_fresh = timezone.now().timestamp() - kept["at"] < LONGEST.total_seconds()
    return QueryDict(kept["form"]) if is_own and is_fresh else None


class KeepsTyping:
    """A page with a form whose text outlives the session: what every OperationPage is."""

    request: Any
    typed: QueryDict | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc] # a form page's
        if self.request.method == "GET" and (typed := take(self.request)):
            self.typed = kwargs["data"] = typed
        return kwargs

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc] # a form page's
        if self.typed is not None:
            said = _(
                "You had been signed out. What you typed is here again; it has not been sent yet."
            )
            if form.is_multipart():
                said += " " + _("Choose the file again: files cannot be kept.")
            messages.warning(self.request, said)
        return form


def is_given_back_by(page: Any) -> bool:
    """Tell whether a page fills its form again with what was typed; one that only takes posts never could."""
    is_form = isinstance(page, type) and issubclass(page, KeepsTyping)
    return is_form and "get" in page.http_method_names


def refuse_forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a post whose token is old, as after signing in anew in another tab; a form of the person's own comes back.

    Only somebody who was shown the form holds its signed mark, so that a forged post keeps nothing.
    """
    by_script = any(name in request.headers for name in ("X-Requested-With", "HX-Request"))
    page = getattr(request.resolver_match and request.resolver_match.func, "view_class", None)
    is_kept = not by_script and request.method == "POST" and is_given_back_by(page)
    if is_kept and keep(request):
        return HttpResponseRedirect(request.get_full_path())
    return csrf.csrf_failure(request, reason=reason)

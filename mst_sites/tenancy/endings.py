"""What ends with a site: once it is closed or withdrawn nothing is begun on it any more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mst_sites.tenancy.models import Phase, Site


def refuse_closed(site: Site) -> None:
    """Stop what cannot be on a closed site.

    :raises ValidationError: the site is closed.
    """
    if site.is_closed:
        raise ValidationError(
            _("This site is closed. What is here is kept as it was, and nothing new begins.")
        )


def refuse_ended(site: Site) -> None:
    """Stop what cannot be on a closed or a withdrawn site.

    :raises ValidationError: the site is closed, or was withdrawn.
    """
    refuse_closed(site)
    if site.phase == Phase.WITHDRAWN:
        raise ValidationError(_("This site was withdrawn. Take it up again first."))


NOT_CLOSED = {
    Phase.SET_UP: gettext_lazy(
        "This site is being set up. A set-up that will not go on is withdrawn, on the page of its plan."
    ),
    Phase.ON_HOLD: gettext_lazy(
        "This site is on hold. Take it up again first, or withdraw it, on the page of its plan."
    ),
    Phase.WITHDRAWN: gettext_lazy("This site was withdrawn: it has ended already."),
    Phase.CLOSED: gettext_lazy("This site is closed already."),
}


def why_not_closed(site: Site) -> Any:
    """Return in words why a site cannot be closed, nothing if it can: only a live one has something to close."""
    return NOT_CLOSED.get(Phase(site.phase), "")

"""What ends with a site: once it is closed or withdrawn nothing is begun on it any more."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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

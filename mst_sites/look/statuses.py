"""The words for states, each with its tone and the shape that stands for it where colour is not seen."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mst_sites.look import icons

TONES = {"good": "check", "warn": "triangle", "bad": "cross", "info": "info", "neutral": "dash"}


@dataclass(frozen=True)
class Status:
    label: str | Promise
    tone: str
    icon: str


STATUSES = {
    "met": Status(pgettext_lazy("target", "Met"), "good", "check"),
    "not_met": Status(pgettext_lazy("target", "Not met"), "bad", "cross"),
    "no_data": Status(_("No data"), "neutral", "dash"),
    "watch": Status(pgettext_lazy("target", "Watched"), "info", "info"),
    "draft": Status(_("Draft"), "neutral", "pencil"),
    "filed": Status(_("Filed"), "good", "check"),
    "amended": Status(_("Amended"), "info", "pencil"),
    "missing": Status(_("Missing"), "warn", "bang"),
    "due": Status(_("Due"), "warn", "clock"),
    "on_track": Status(_("On track"), "good", "check"),
    "slipping": Status(_("Slipping"), "warn", "triangle"),
    "to_come": Status(_("To come"), "neutral", "circle"),
    "overdue": Status(_("Overdue"), "warn", "clock"),
    "late": Status(_("Late"), "bad", "clock"),
    "not_started": Status(_("Not started"), "neutral", "circle"),
    "in_progress": Status(_("In progress"), "info", "half"),
    "blocked": Status(_("Blocked"), "bad", "stop"),
    "done": Status(_("Done"), "good", "check"),
    "open": Status(_("Open"), "info", "circle"),
    "closed": Status(_("Closed"), "neutral", "check"),
    "held": Status(_("Held"), "good", "check"),
    "planned": Status(_("Planned"), "info", "calendar"),
    "present": Status(_("Present"), "good", "check"),
    "apologies": Status(_("Apologies"), "info", "info"),
    "absent": Status(_("Absent"), "warn", "triangle"),
    "not_invited": Status(_("Not invited"), "neutral", "dash"),
    "not_told": Status(_("Not mailed yet"), "neutral", "circle"),
    "not_marked": Status(_("Not marked yet"), "warn", "circle"),
    "no_address": Status(_("No e-mail"), "neutral", "dash"),
    "quorate": Status(_("Quorate"), "good", "check"),
    "not_quorate": Status(_("Not quorate"), "bad", "cross"),
    "cancelled": Status(_("Cancelled"), "neutral", "slash"),
    "replaced": Status(_("Replaced"), "info", "arrows"),
    "set_up": Status(_("Being set up"), "info", "half"),
    "live": Status(_("Live"), "good", "check"),
    "on_hold": Status(_("On hold"), "warn", "stop"),
    "withdrawn": Status(_("Withdrawn"), "neutral", "slash"),
    "signed": Status(_("Signed"), "good", "check"),
    "issued": Status(_("Issued"), "good", "file"),
    "superseded": Status(_("Superseded"), "neutral", "arrows"),
    "queued": Status(_("Waiting"), "neutral", "clock"),
    "running": Status(_("Being prepared"), "info", "half"),
    "ready": Status(_("Ready"), "good", "check"),
    "failed": Status(_("Failed"), "bad", "cross"),
    "invited": Status(_("Invited"), "info", "clock"),
    "active": Status(_("Active"), "good", "check"),
    "ended": Status(_("Ended"), "neutral", "slash"),
    "severity_high": Status(pgettext_lazy("severity", "High"), "bad", "stop"),
    "severity_medium": Status(pgettext_lazy("severity", "Medium"), "warn", "triangle"),
    "severity_low": Status(pgettext_lazy("severity", "Low"), "info", "info"),
    "waiting": Status(_("Waiting for the virus check"), "warn", "clock"),
    "infected": Status(_("Virus found"), "bad", "stop"),
    "locked": Status(_("Locked"), "neutral", "lock"),
}


def status_of(code: str, *, label: str | Promise = "", tone: str = "") -> Status:
    """Find the status of a code as models and reports write it ("NOT_MET", "not met").

    :raises LookupError: the code is unknown and no label and tone came with it.
    """
    known = STATUSES.get(str(code).lower().replace(" ", "_").replace("-", "_"))
    if known:
        return Status(label or known.label, tone or known.tone, known.icon)
    if label and tone in TONES:
        return Status(label, tone, TONES[tone])
    raise LookupError(f"Unknown status {code!r}: add it to STATUSES, or give a label and a tone.")


def draw(code: str, *, label: str | Promise = "", tone: str = "") -> SafeString:
    """Draw a status: its shape, its word and its colour."""
    status = status_of(code, label=label, tone=tone)
    return format_html(
        '<span class="status status-{}">{}{}</span>',
        status.tone,
        icons.draw(status.icon),
        status.label,
    )

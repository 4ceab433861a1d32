"""Says in plain words what an entry holds. What is stored, and chained, stays as it is: here it is only read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mst_sites.audit.models import AuditEntry
from mst_sites.identifiers import Rule
from mst_sites.periods import Period, written

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*")
CODE = re.compile(r"[A-Z]{2}[A-Z_]+")  # how a choice is stored

USER, TEAM = "accounts.user", "tenancy.team"
CALLED_BY = ("full_name", "name", "title")  # the first of these that a row has is what it is called

# What the details call what no field is called so, or what reads better here.
LABELS = {
    "about": gettext_lazy("about"),
    "actions": gettext_lazy("actions"),
    "activities": gettext_lazy("activities"),
    "added": gettext_lazy("added"),
    "after": gettext_lazy("after"),
    "agencies": gettext_lazy("agencies there"),
    "attempt": gettext_lazy("attempt"),
    "attempts": gettext_lazy("attempts"),
    "audience": gettext_lazy("for"),
    "before": gettext_lazy("before"),
    "by": gettext_lazy("by"),
    "changed": gettext_lazy("changed"),
    "completed_on": gettext_lazy("done on"),
    "confirmed_on": gettext_lazy("confirmed on"),
    "corrected": gettext_lazy("people corrected"),
    "corrects": gettext_lazy("corrects"),
    "days": gettext_lazy("days later"),
    "decided_on": gettext_lazy("decided on"),
    "drawn": gettext_lazy("drawn again"),
    "due_on": gettext_lazy("due on"),
    "ends_at": gettext_lazy("ends"),
    "ends_on": gettext_lazy("last day"),
    "episodes_changed": gettext_lazy("episodes changed"),
    "episodes_new": gettext_lazy("new episodes"),
    "episodes_unchanged": gettext_lazy("episodes as before"),
    "error": gettext_lazy("fault"),
    "file_type": gettext_lazy("type of file"),
    "first_on": gettext_lazy("first on"),
    "forecast_on": gettext_lazy("expected on"),
    "from": gettext_lazy("from"),
    "from_stage": gettext_lazy("from stage"),
    "guided_by": gettext_lazy("guided by"),
    "happened_on": gettext_lazy("on"),
    "identifier_rules": gettext_lazy("kept although it looks like"),
    "invited": gettext_lazy("invited"),
    "invitees": gettext_lazy("invited"),
    "is_confirmation_lapsed": gettext_lazy("must be confirmed again"),
    "is_escalated": gettext_lazy("MST UK asked to look at an issue"),
    "is_exception": gettext_lazy("decided as an exception"),
    "is_fixed": gettext_lazy("day is fixed"),
    "is_late": gettext_lazy("filed late"),
    "is_quorate": gettext_lazy("quorate"),
    "kept_despite": gettext_lazy("kept although it looks like"),
    "left_over": gettext_lazy("left over"),
    "mailed": gettext_lazy("people mailed"),
    "meetings": gettext_lazy("meetings"),
    "members": gettext_lazy("members there"),
    "months": gettext_lazy("months before"),
    "new_on": gettext_lazy("new day"),
    "old_on": gettext_lazy("day before"),
    "on": gettext_lazy("on"),
    "open_items": gettext_lazy("conditions still open"),
    "owner": gettext_lazy("owner"),
    "period": gettext_lazy("period"),
    "person": gettext_lazy("person"),
    "present": gettext_lazy("present"),
    "quorum": gettext_lazy("members and agencies that make a quorum"),
    "removed": gettext_lazy("taken out"),
    "replaces": gettext_lazy("replaces"),
    "roll": gettext_lazy("days worked out"),
    "rolled": gettext_lazy("other days worked out anew"),
    "rows": gettext_lazy("rows"),
    "sha256": gettext_lazy("file"),
    "size": gettext_lazy("size in bytes"),
    "slug": gettext_lazy("address"),
    "starts_at": gettext_lazy("begins"),
    "starts_on": gettext_lazy("first day"),
    "tam_r_changed": gettext_lazy("TAM-R scores changed"),
    "tam_r_new": gettext_lazy("new TAM-R scores"),
    "tam_r_unchanged": gettext_lazy("TAM-R scores as before"),
    "team": gettext_lazy("team"),
    "to": gettext_lazy("to"),
    "to_stage": gettext_lazy("to stage"),
    "type": gettext_lazy("type of file"),
    "version": gettext_lazy("version"),
    "week": gettext_lazy("week of"),
}
# Numbers and keys that computers alone need: of a calendar entry, of an action in a list, of what was taken away.
UNSAID = {"id", "point", "sequence"}
# Whose row a detail names, where its own row has no field of that name.
POINTS_AT = {
    "person": USER,
    "owner": USER,
    "guided_by": USER,
    "team": TEAM,
    ("implementation.plan", "from"): "implementation.plantemplate",
    ("implementation.plan", "to"): "implementation.plantemplate",
}
AS_FIELD = {"from_stage": "stage", "to_stage": "stage"}
ENUMERATED = {
    *("actions", "added", "changed", "depends_on", "identifier_rules", "kept_despite"),
    *("left_over", "meetings", "open_items", "quorum", "removed"),
}
COUNTED = {"meetings", "open_items"}  # lists of which the number says enough
OF_RULES = {"identifier_rules", "kept_despite"}


class Ref(NamedTuple):
    """A row that an entry mentions."""

    model: str
    key: str


Names = Mapping[Ref, str]


def refs_in(entries: Iterable[AuditEntry]) -> set[Ref]:
    """Return every row with a name that some entries are about or mention."""
    found = set()
    for entry in entries:
        found |= {subject_of(entry), *refs_of(entry.subject_type, entry.details)}
    return {ref for ref in found if called_by(ref.model)}


def subject_of(entry: AuditEntry) -> Ref:
    return Ref(entry.subject_type, entry.subject_id)


def refs_of(subject_type: str, details: Mapping[str, Any]) -> Iterator[Ref]:
    for name, value in details.items():
        target = target_of(subject_type, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from refs_of(subject_type, each)
            elif target and each:
                yield Ref(target, str(each))


def subject_words(entry: AuditEntry, names: Names) -> str:
    """Say what the row is called that an entry is about, if it has a name; the page is about the site itself."""
    if entry.subject_type == "tenancy.site" or not called_by(entry.subject_type):
        return ""
    return name_of(subject_of(entry), names)


def detail_lines(entry: AuditEntry, names: Names) -> list[str]:
    """Say each thing that an entry knows in a line of its own."""
    lines = (
        f"{capfirst(label_of(entry.subject_type, name))}: {words}"
        for name, words in said(entry.subject_type, entry.details, names)
    )
    return sorted(lines)


def said(subject_type: str, details: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    for name, value in details.items():
        if name not in UNSAID and value not in ("", None, [], {}, ["", ""]):
            yield name, value_words(subject_type, name, value, names)


def value_words(subject_type: str, name: str, value: Any, names: Names) -> str:
    if isinstance(value, dict):
        return ", ".join(
            sorted(
                f"{label_of(subject_type, part)} {words}"
                for part, words in said(subject_type, value, names)
            )
        )
    if isinstance(value, list):
        return list_words(subject_type, name, value, names)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in ("", None):
        return _("nothing")
    return text_words(subject_type, name, str(value), names)


def list_words(subject_type: str, name: str, value: list[Any], names: Names) -> str:
    """Say a period, a list, or what was before and what is now."""
    if name in COUNTED:
        return str(len(value))
    if name in OF_RULES:
        return ", ".join(rule_words(str(each)) for each in value)
    if name == "changed":
        return ", ".join(str(label_of(subject_type, str(each))) for each in value)
    if name == "period" and all(value):
        return Period(*(date.fromisoformat(day) for day in value)).label
    words = [value_words(subject_type, name, each, names) for each in value]
    if name in ENUMERATED or len(words) != 2:  # noqa: PLR2004 - a pair
        return "; ".join(words)
    return _("from %(before)s to %(after)s") % {"before": words[0], "after": words[1]}


def rule_words(code: str) -> str:
    with suppress(ValueError):
        return str(Rule(code).label)
    return code


def text_words(subject_type: str, name: str, text: str, names: Names) -> str:
    """Write a row by its name, a choice by its label, and anything else as people do."""
    if target := target_of(subject_type, name):
        return name_of(Ref(target, text), names)
    if label := choices_of(subject_type, AS_FIELD.get(name, name)).get(text):
        return str(label)
    if DAY.fullmatch(text):
        # Periods are stored up to, and without, the day on which they end.
        before = timedelta(days=name == "ends_on")
        return written(date.fromisoformat(text) - before, "j M Y")
    if INSTANT.fullmatch(text):
        return date_format(localtime(datetime.fromisoformat(text)), "j M Y, H:i")
    return code_words(text)


def code_words(text: str) -> str:
    """Write what computers read: a file by the beginning of its fingerprint, an unknown choice in small letters."""
    if FINGERPRINT.fullmatch(text):
        return _("fingerprint %(beginning)s…") % {"beginning": text[:8]}
    if KEY.fullmatch(text):
        return _("another entry")
    return text.replace("_", " ").capitalize() if CODE.fullmatch(text) else text


def name_of(ref: Ref, names: Names) -> str:
    """Return what a row is called; of one that has no name, or is gone, or is another site's, what it is."""
    gone = {
        USER: _("somebody who is no longer here"),
        TEAM: _("a team that is no longer here"),
    }.get(ref.model, _("something that is no longer here"))
    return names.get(ref, gone) if called_by(ref.model) else _("another entry")


@lru_cache
def model_of(label: str) -> type[models.Model] | None:
    with suppress(LookupError, ValueError):
        return apps.get_model(label)
    return None


@lru_cache
def called_by(label: str) -> str:
    """Return the column that holds what rows of a model are called, if there is one."""
    model = model_of(label)
    columns = {field.name for field in model._meta.concrete_fields} if model else set()
    return next((name for name in CALLED_BY if name in columns), "")


@lru_cache
def fields_of(label: str, name: str) -> tuple[Any, ...]:
    """Return the fields of a name: a model's own, or those of what hangs on its rows, such as a plan's moves."""
    model = model_of(label)
    if model is None:
        return ()
    around = [model, *(relation.related_model for relation in model._meta.related_objects)]
    found = [field for each in around for field in each._meta.concrete_fields if field.name == name]
    own = [field for field in found if field.model is model]
    return tuple(own or found)


@lru_cache
def target_of(label: str, name: str) -> str:
    """Return the model of the rows that a detail names, if it names any."""
    known: Any = POINTS_AT
    if found := known.get((label, name)) or known.get(name):
        return str(found)
    targets = [field.related_model for field in fields_of(label, name) if field.is_relation]
    return str(targets[0]._meta.label_lower) if targets else ""


def choices_of(label: str, name: str) -> dict[str, Any]:
    fields = [field for field in fields_of(label, name) if getattr(field, "choices", None)]
    return {str(code): words for field in fields for code, words in field.flatchoices}


def label_of(label: str, name: str) -> Any:
    """Return what a detail is called: by the list above, by its field, or else by its own name."""
    if name in LABELS:
        return LABELS[name]
    fields = fields_of(label, name)
    plain = name.removeprefix("is_").removeprefix("has_").replace("_", " ")
    return fields[0].verbose_name if fields else plain

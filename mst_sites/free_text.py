"""The one gate for what people type: cleaned, and stopped where it could identify a family."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mst_sites import identifiers

IDENTIFIER = "identifier"  # the code of errors that a reason overrules

Faults = dict[str, list[ValidationError]]


def admit(
    texts: Mapping[str, str],
    *,
    confirmed_reason: str = "",
    allowed_names: Collection[str] = (),
    today: date,
) -> tuple[dict[str, str], dict[str, object]]:
    """Clean typed texts by field; answer with them, and with what the audit should say of it.

    :raises ValidationError: by field, each error with the code "identifier".
    """
    cleaned = {field: clean(field, text) for field, text in texts.items()}
    faults, rules = identifying(
        cleaned,
        reason=clean("confirmed_reason", confirmed_reason),
        allowed_names=allowed_names,
        today=today,
    )
    if faults:
        raise ValidationError(faults)
    return cleaned, {"kept_despite": rules} if rules else {}


def identifying(
    texts: Mapping[str, str],
    *,
    reason: str = "",
    reason_field: str = "confirmed_reason",
    allowed_names: Collection[str] = (),
    today: date,
) -> tuple[Faults, list[str]]:
    """Return what could identify a person, less what a reason overrules, and the rules that fired at all.

    The audit gets the names of the rules, never the text; the reason must pass by itself, because it is kept.
    """
    found = {
        field: identifiers.find(text, allowed_names=allowed_names, today=today)
        for field, text in {**texts, reason_field: reason}.items()
    }
    in_reason = found.pop(reason_field)
    rules = sorted({each.rule.value for findings in found.values() for each in findings})
    if reason.strip():
        sentence = _("“%(spot)s” looks like: %(rule)s. Take it out.")
        found, texts = {reason_field: in_reason}, {reason_field: reason}
    else:
        sentence = _(
            "“%(spot)s” looks like: %(rule)s. Take it out, or say why it is right to keep it."
        )
    faults = {
        field: [
            ValidationError(
                sentence,
                code=IDENTIFIER,
                params={"spot": texts[field][each.start : each.end], "rule": each.rule.label},
            )
            for each in findings
        ]
        for field, findings in found.items()
        if findings
    }
    return faults, rules


def clean(field: str, text: str) -> str:
    try:
        return identifiers.clean_text(text)
    except identifiers.NulCharacterError as error:
        raise ValidationError({field: str(error)}) from error


def one_line(field: str, text: str) -> str:
    """Return a cleaned text without line ends."""
    return " ".join(clean(field, text).split())


def known_names(names: Iterable[str]) -> set[str]:
    """Return names and surnames of people at work, which are no family's."""
    return {part for name in names if name for part in (name, name.split()[-1])}

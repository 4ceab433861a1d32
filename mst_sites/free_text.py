"""The gate for what people type: cleaned, and stopped where it could identify a family."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mst_sites import identifiers

IDENTIFIER = "identifier"  # the code of errors that a reason overrules


def admit(
    texts: dict[str, str],
    *,
    confirmed_reason: str = "",
    allowed_names: Collection[str] = (),
    today: date | None = None,
) -> tuple[dict[str, str], dict[str, object]]:
    """Clean typed texts by field; answer with them, and with what the audit should say of it.

    What could identify a person passes only with a reason. The audit gets the names of the rules, never the
    text; the reason must pass by itself, because it is kept.

    :raises ValidationError: by field, each error with the code "identifier".
    """
    cleaned = {field: clean(field, text) for field, text in texts.items()}
    reason = clean("confirmed_reason", confirmed_reason)
    faults = warnings({"confirmed_reason": reason}, allowed_names, today)
    findings = [
        found
        for text in cleaned.values()
        for found in identifiers.find(text, allowed_names=allowed_names, today=today)
    ]
    rules = {found.rule.value for found in findings}
    if rules and not reason.strip():
        faults |= warnings(cleaned, allowed_names, today)
    if faults:
        raise ValidationError(faults)
    return cleaned, {"kept_despite": sorted(rules)} if rules else {}


def clean(field: str, text: str) -> str:
    try:
        return identifiers.clean_text(text)
    except identifiers.NulCharacterError as error:
        raise ValidationError({field: str(error)}) from error


def warnings(
    texts: dict[str, str], allowed_names: Collection[str], today: date | None
) -> dict[str, list[ValidationError]]:
    """Return an error for each spot that looks like an identifier, by field."""
    found = {
        field: [
            ValidationError(
                _(
                    "“%(spot)s” looks like: %(rule)s. Take it out, or say why it is right to keep it."
                ),
                code=IDENTIFIER,
                params={"spot": text[each.start : each.end], "rule": each.rule.label},
            )
            for each in identifiers.find(text, allowed_names=allowed_names, today=today)
        ]
        for field, text in texts.items()
    }
    return {field: errors for field, errors in found.items() if errors}

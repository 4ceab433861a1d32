"""What looks as if it could identify somebody is stored only with a reason."""

from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mst_sites import identifiers
from mst_sites.tenancy.models import Membership, Site

IDENTIFIER = "identifier"  # the code of the errors that a reason overrules


def rules_fired(
    texts: Mapping[str, str], *, reason: str, allowed_names: Collection[str], today: date
) -> list[str]:
    """Return the rules that fired in texts that may stay, for the audit; never what they found.

    :param texts: by the name of their form field.
    :raises ValidationError: by field, where something fired and no reason is given.
    """
    faults: dict[str, list[ValidationError]] = {}
    rules = set()
    for field, text in texts.items():
        for finding in identifiers.find(text, allowed_names=allowed_names, today=today):
            rules.add(finding.rule.value)
            faults.setdefault(field, []).append(warning(finding, text))
    in_reason = identifiers.find(reason, allowed_names=allowed_names, today=today)
    if in_reason:
        raise ValidationError({"identifier_reason": [warning(each, reason) for each in in_reason]})
    if faults and not reason.strip():
        raise ValidationError(faults)
    return sorted(rules)


def names_of_staff(site: Site) -> set[str]:
    """Give the names of the people of a site, which are no family's."""
    names = Membership.objects.filter(site=site).values_list("user__full_name", flat=True)
    return {part for name in names for part in (name, name.split(" ")[-1])}


def warning(finding: identifiers.Finding, text: str) -> ValidationError:
    return ValidationError(
        _("“%(spot)s” looks like: %(rule)s. Take it out, or say below why it is right to keep it."),
        code=IDENTIFIER,
        params={"spot": text[finding.start : finding.end], "rule": finding.rule.label},
    )

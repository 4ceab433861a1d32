"""Names by which people tell rows apart."""

from typing import Any

from django.core.exceptions import ValidationError


def clean_name(row: Any) -> None:
    """Check a site or an organisation, and tell at the name that another one is called so already.

    Their only constraints on what is typed are about names. The database holds them also where two come at once.

    :raises ValidationError: by field.
    """
    row.name = row.name.strip() or row.name
    faults: dict[str, Any] = {}
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        faults = error.update_error_dict(faults)
    if "name" not in faults:
        try:
            row.validate_constraints()
        except ValidationError as error:
            faults["name"] = error.messages
    if faults:
        raise ValidationError(faults)

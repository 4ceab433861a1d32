"""Numbers that an operator gives in the environment: one that makes no sense stops the start, and is named."""

import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

Number = TypeVar("Number", int, float, Decimal)


def whole(
    name: str,
    default: int,
    *,
    least: int = 1,
    most: int,
    environment: Mapping[str, str] = os.environ,
) -> int:
    return _read(int, "a whole number", name, (default, least, most), environment)


def seconds(name: str, default: float, *, least: float, most: float = 3600) -> float:
    return _read(float, "a number", name, (default, least, most), os.environ)


def decimal(name: str, default: str, *, least: str, most: str) -> Decimal:
    bounds = Decimal(default), Decimal(least), Decimal(most)
    return _read(Decimal, "a number", name, bounds, os.environ)


def _read(
    parse: Callable[[Any], Number],
    kind: str,
    name: str,
    bounds: tuple[Number, Number, Number],
    environment: Mapping[str, str],
) -> Number:
    """Read a variable; one that is not there, or is empty, is the default.

    :raises ImproperlyConfigured: it is no number, or not one within its bounds.
    """
    default, least, most = bounds
    text = environment.get(name, "").strip()
    if not text:
        return default
    try:
        number = parse(text)
        is_right = least <= number <= most  # what is not a number is in no bounds
    except (ValueError, ArithmeticError):
        is_right = False
    if not is_right:
        raise ImproperlyConfigured(f"{name} must be {kind} from {least} to {most}, not {text!r}.")
    return number

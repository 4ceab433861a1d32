"""Numbers and money as people read them, by the language of the page and the nation of the site."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mst_sites.tenancy.models import Nation

MINUS = "\N{MINUS SIGN}"


def symbol_of(nation: str) -> str:
    """Return the sign of the money that a nation pays with."""
    return "€" if nation == Nation.IRELAND else "£"


def number(value: Decimal | int, places: int = 0) -> str:
    """Write a number rounded half up, without noughts that say nothing."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    shown = next(n for n in range(places + 1) if rounded == round(rounded, n))
    sign = MINUS if rounded < 0 else ""
    return sign + number_format(abs(rounded), decimal_pos=shown, force_grouping=True)


def money(value: Decimal, nation: str, places: int = 0) -> str:
    """Write an amount: £12,345, with a minus sign before it where it is owed."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    figure = number_format(abs(rounded), decimal_pos=places, force_grouping=True)
    return f"{sign}{symbol_of(nation)}{figure}"


def exact_money(value: Decimal, nation: str) -> str:
    """Write an amount to the penny where it has pence."""
    return money(value, nation, 0 if value == value.to_integral_value() else 2)


def percent(value: Decimal) -> str:
    return _("%(number)s per cent") % {"number": number(value, 2)}

"""The phone numbers in a text, as people write them in the United Kingdom and Ireland and from abroad."""

import re
from collections.abc import Iterator
from itertools import accumulate, islice

JOINT = "[ \u00a0\u2009\u202f\\-\u2010\u2011\u2013]"
DIGITS = re.compile(r"\d+")

# A first group of two digits is none but Dublin's, or the way out of the country; any other number of this country
# has a group that ends at its tenth or eleventh digit.
TEN_OR_ELEVEN = rf"(?=(?:{JOINT[:-1]}()]{{0,5}}\d){{9,10}}(?!\d))"
FIRST_GROUP = (
    r"(?:(?<=\+)\d{1,15}|(?<=\()(?:\+\d{2,5}|0\d{1,4})\)"
    rf"|(?<=0)(?:(?!0)(?=\d\d){TEN_OR_ELEVEN}\d{{2,14}}|1(?={JOINT}\d{{3}})"
    rf"|0(?:\d{{1,13}}|(?={JOINT}{{1,2}}[34]))))"
)
NUMBER = re.compile(
    rf"[+(0](?<![\w+(][+(0])(?=({FIRST_GROUP}(?:{JOINT}{{0,2}}\(0\){JOINT}{{0,2}}\d{{2,10}})?"
    rf"(?:(?:{JOINT}{{1,2}}|(?<=\)))\d{{2,10}}){{0,5}})(?!\w))"
)
DUBLIN = re.compile(rf"\(?01\)?{JOINT}?\d{{3}}{JOINT}?\d{{4}}(?!\d)")
COUNTRY_CODES = ("0044", "00353")
SHORTEST = 9  # Dublin's
NATIONAL_LENGTHS = range(10, 12)
INTERNATIONAL_LENGTHS = range(10, 16)


def phone_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Give where each number begins and ends, and no list of numbers."""
    for match in NUMBER.finditer(text):
        start, end = match.start(), match.end(1)
        if end - start < SHORTEST:
            continue
        if length := _length_of_number(text[start:end]):
            yield start, start + length


def _length_of_number(written: str) -> int | None:
    """Give how much of what is written is a number, by its first group and by the digits at the end of a group."""
    groups = DIGITS.findall(written)
    digits = "".join(groups)
    if "+" in written[:2] or digits.startswith(COUNTRY_CODES):
        lengths = INTERNATIONAL_LENGTHS
    elif digits.startswith("00"):
        return None
    elif len(groups[0]) == len("01"):
        dublin = DUBLIN.match(written)
        return dublin and dublin.end()
    else:
        lengths = NATIONAL_LENGTHS
    counts = accumulate(map(len, groups))
    last = next((place for place, count in enumerate(counts) if count in lengths), None)
    if last is None:
        return None
    *_before, group = islice(DIGITS.finditer(written), last + 1)
    return group.end()

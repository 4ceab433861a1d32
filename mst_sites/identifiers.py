"""The guard of free text: finds what could identify a person, and cleans what was typed.

Every pattern is bounded, so that the time grows with the text and with nothing else. The guard
warns; it proves nothing: about one in eleven random numbers of ten digits passes the check of an
NHS number, and a first name by itself is left to the watch words of the site.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mst_sites.first_names import FIRST_NAMES

Spot = tuple[int, int]


class Rule(TextChoices):
    """What a piece of text looks like; where two rules agree on a spot, the first one wins."""

    EMAIL = "EMAIL", _("e-mail address")
    DATE_OF_BIRTH = "DATE_OF_BIRTH", _("date of birth")
    CHI_NUMBER = "CHI_NUMBER", _("CHI number")
    NHS_NUMBER = "NHS_NUMBER", _("NHS number")
    PUPIL_NUMBER = "PUPIL_NUMBER", _("Unique Pupil Number")
    NATIONAL_INSURANCE = "NATIONAL_INSURANCE", _("National Insurance number")
    PHONE = "PHONE", _("phone number")
    ADDRESS = "ADDRESS", _("address")
    POSTCODE = "POSTCODE", _("postcode")
    NAME = "NAME", _("name of a person")
    WATCH_WORD = "WATCH_WORD", _("word on the site's watch list")


@dataclass(frozen=True, slots=True)
class Finding:
    """A spot in the text, from `start` up to `end`; it never holds the text itself."""

    rule: Rule
    start: int
    end: int


class NulCharacterError(ValueError):
    """The text holds a NUL character, which no keyboard types and no database keeps."""


def clean_text(text: str) -> str:
    """Give the text as it was meant: one form of each letter, one kind of line end, no controls.

    :raises NulCharacterError: when the text holds a NUL character.
    """
    if "\0" in text:
        raise NulCharacterError(gettext("The text holds a character that cannot be stored (NUL)."))
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNPRINTABLE.sub("", lines))


# Controls but tab and newline; halves of surrogate pairs; and the code points that are never text.
UNPRINTABLE = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def find(
    text: str,
    *,
    watch_words: Collection[str] = (),
    allowed_names: Collection[str] = (),
    today: date | None = None,
) -> list[Finding]:
    """Give the first 200 spots that could identify a person, in the order of the text.

    With `today`, a date counts as a date of birth when it is some years ago; without, every full
    date does. Names in `allowed_names`, such as those of the team's own staff, are passed over.
    """
    taken = bytearray(len(text))
    findings: list[Finding] = []
    names = {name.casefold() for name in allowed_names}
    for rule, start, end in _candidates(text, today, names, watch_words):
        if 1 not in taken[start:end]:
            taken[start:end] = b"\1" * (end - start)
            findings.append(Finding(rule, start, end))
            if len(findings) == MOST_FINDINGS:
                break
    return sorted(findings, key=lambda finding: finding.start)


def _candidates(
    text: str, today: date | None, names: set[str], watch_words: Collection[str]
) -> Iterator[tuple[Rule, int, int]]:
    for rule, spots in (
        (Rule.EMAIL, _spots(EMAIL, text) if "@" in text else ()),
        (Rule.DATE_OF_BIRTH, _dates_of_birth(text, today)),
    ):
        yield from ((rule, *spot) for spot in spots)
    yield from _health_numbers(text)
    for rule, spots in (
        (Rule.PUPIL_NUMBER, _pupil_numbers(text)),
        (Rule.NATIONAL_INSURANCE, _insurance_numbers(text)),
        (Rule.PHONE, _phones(text)),
        (Rule.ADDRESS, _spots(ADDRESS, text)),
        (Rule.POSTCODE, _postcodes(text)),
        (Rule.NAME, _names(text, names)),
        (Rule.WATCH_WORD, _watch_words(text, watch_words)),
    ):
        yield from ((rule, *spot) for spot in spots)


# A text with more is nothing that a person typed, and nobody reads a longer list.
MOST_FINDINGS = 200
SPACE = "[ \u00a0\u2009\u202f]"
JOINT = "[ \u00a0\u2009\u202f\\-\u2010\u2011\u2013]"
NOT_DIGIT = re.compile(r"\D")

EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.IGNORECASE)
ADDRESS = re.compile(
    r"(?<!\w)\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'\u2019-]{1,30} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Court|Crescent|Way|Place|Terrace"
    r"|Gardens|Grove|Walk|Square|Hill|Green|Mews|Row|Heol|Ffordd|Stryd)(?!\w)"
)


def _spots(pattern: re.Pattern[str], text: str) -> Iterator[Spot]:
    return (match.span() for match in pattern.finditer(text))


# Dates. Patterns begin with a digit and look back from there: so the search skips to digits.

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill"
    r"|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)\.?"
)
MONTH_BEFORE = re.compile(rf"(?<!\w){MONTH} ?\Z", re.IGNORECASE)
LONGEST_MONTH = 12
NTH = r"(?:st|nd|rd|th)?"
FULL_DATE = re.compile(
    rf"\d(?<![\w/.\-]\d)(?:"
    r"\d?(?P<joint>[/.\-])[01]?\d(?P=joint)(?P<year1>\d{4}|\d{2})"
    r"|\d [01]\d (?P<year2>\d{4})"
    r"|\d{3}[-/.][01]?\d[-/.][0-3]?\d"
    rf"|\d?{NTH}(?: of)?[ \-]?(?=[a-z]){MONTH},?[ \-]?(?P<year3>\d{{4}}|['\u2019]?\d{{2}})"
    rf"|\d?{NTH},? (?P<year4>\d{{4}})"
    r")(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
BIRTH = re.compile(
    r"(?<!\w)(?:d\.?o\.?b|date of birth|birth ?da(?:te|y)|born|dyddiad geni|ganwyd|ganed)(?!\w)"
    r"[^\d\n]{0,30}(?=\d)",
    re.IGNORECASE,
)
DATE_AFTER_BIRTH = re.compile(
    r"(?:[0-3]?\d[/.\- ][01]?\d(?:[/.\- ]\d{2,4})?|\d{4}-\d\d-\d\d"
    rf"|[0-3]?\d{NTH}(?: of)? ?{MONTH}(?:,? ?\d{{2,4}})?|[0-3]\d[01]\d(?:\d{{2}}){{1,2}})(?![\w/])",
    re.IGNORECASE,
)
DAY_AFTER_MONTH = re.compile(rf"(?:[0-3]?\d{NTH}(?:,? \d{{4}})?|\d{{4}})(?!\w)", re.IGNORECASE)
YEARS_AGO = 3
CENTURY = 100


def _dates_of_birth(text: str, today: date | None) -> Iterator[Spot]:
    for match in BIRTH.finditer(text):
        after = DATE_AFTER_BIRTH.match(text, match.end())
        if after is None and _month_before(text, match.end()):
            after = DAY_AFTER_MONTH.match(text, match.end())
        if after is not None:
            yield match.start(), after.end()
    for match in FULL_DATE.finditer(text):
        start: int | None = match.start()
        if match["year4"]:
            start = _month_before(text, match.start())
        digits = next(filter(None, match.group("year1", "year2", "year3", "year4")), None)
        # The first digit of a year that comes first lies outside of its group.
        year = int(digits.lstrip("'\u2019")) if digits else int(match[0][:4])
        if start is not None and _is_year_of_birth(year, today):
            yield start, match.end()


def _month_before(text: str, place: int) -> int | None:
    """Give the start of the name of a month that ends right before a place."""
    window = max(0, place - LONGEST_MONTH)
    month = MONTH_BEFORE.search(text[window:place])
    return month and window + month.start()


def _is_year_of_birth(year: int, today: date | None) -> bool:
    """Tolerate a short year where nothing tells a meeting of 2026 from a birth in 2012."""
    if today is None:
        return year >= CENTURY
    if year < CENTURY:
        year += today.year // CENTURY * CENTURY
        year -= CENTURY if year > today.year else 0
    return today.year - CENTURY <= year <= today.year - YEARS_AGO


# Numbers with a check

# As people group them: a list of five small numbers is none of these.
TEN_DIGITS = re.compile(
    rf"\d(?<!\w\d)(?=(\d{{9}}|\d\d{JOINT}(?:\d{{3}}{JOINT}\d{{4}}|\d{{4}}{JOINT}\d{{3}}|\d{{7}})"
    rf"|\d{{3}}{JOINT}(?:\d{{3}}{JOINT}\d{{3}}|\d{{6}})|\d{{4}}{JOINT}\d{{5}}"
    rf"|\d{{5}}{JOINT}\d{{4}}|\d{JOINT}\d\d{JOINT}\d\d{JOINT}\d{{4}})(?!\w))"
)
LABELLED_HEALTH_NUMBER = re.compile(
    rf"(?<!\w)(nhs|chi|h&c|hcn)(?!\w)[^\d\n]{{0,20}}(\d(?:{JOINT}?\d){{9}})(?!\w)", re.IGNORECASE
)
ELEVEN = 11


def _health_numbers(text: str) -> Iterator[tuple[Rule, int, int]]:
    """Give the numbers that are right by their check, or named by the words before them."""
    for match in LABELLED_HEALTH_NUMBER.finditer(text):
        is_chi = match[1].casefold() == "chi"
        yield (Rule.CHI_NUMBER if is_chi else Rule.NHS_NUMBER, *match.span(2))
    for match in TEN_DIGITS.finditer(text):
        digits = NOT_DIGIT.sub("", match[0] + match[1])
        if _has_check(digits):
            rule = Rule.CHI_NUMBER if _begins_with_day(digits) else Rule.NHS_NUMBER
            yield rule, match.start(), match.end(1)


def _has_check(digits: str) -> bool:
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return digits != digits[0] * 10 and (ELEVEN - total % ELEVEN) % ELEVEN == int(digits[9])


def _begins_with_day(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12  # noqa: PLR2004 - a calendar


PUPIL_NUMBER = re.compile(r"(?<!\w)([A-HJ-NP-RT-Z])(\d{11})([\dA-HJ-NP-RT-Z])(?!\w)", re.IGNORECASE)
LABELLED_PUPIL_NUMBER = re.compile(
    r"(?<!\w)upn(?!\w)[^\d\n]{0,20}?(?<!\w)([A-Z]?\d{11}[\dA-Z])(?!\w)", re.IGNORECASE
)
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def _pupil_numbers(text: str) -> Iterator[Spot]:
    yield from (match.span(1) for match in LABELLED_PUPIL_NUMBER.finditer(text))
    for match in PUPIL_NUMBER.finditer(text):
        letter, digits, last = match[1].upper(), match[2], match[3].upper()
        # A temporary number ends in a letter, which stands for its place in the list.
        values = [*map(int, digits), int(last) if last.isdigit() else CHECK_LETTERS.index(last)]
        total = sum(value * weight for value, weight in zip(values, range(2, 14), strict=True))
        if CHECK_LETTERS[total % len(CHECK_LETTERS)] == letter:
            yield match.span()


INSURANCE_NUMBER = re.compile(
    rf"(?<!\w)([A-Z]{{2}}){JOINT}?\d\d{JOINT}?\d\d{JOINT}?\d\d{JOINT}?[A-D](?!\w)", re.IGNORECASE
)
LABELLED_INSURANCE_NUMBER = re.compile(
    r"(?<!\w)(?:national insurance|nino|ni (?:no|number))(?!\w)[^\d\n]{0,20}?"
    rf"(?<!\w)([A-Z]{{2}}{JOINT}?\d\d{JOINT}?\d\d{JOINT}?\d\d)",
    re.IGNORECASE,
)


def _insurance_numbers(text: str) -> Iterator[Spot]:
    """Take any two letters, for people mistype them; but "at 10 20 30 a day" is no number."""
    for match in INSURANCE_NUMBER.finditer(text):
        if match[1].isupper() or match[0].isalnum():
            yield match.span()
    yield from (match.span(1) for match in LABELLED_INSURANCE_NUMBER.finditer(text))


# Where people are reached

PHONE = re.compile(
    rf"(?<![\w+(])(?=((?:\+\d{{1,15}}|\(\+?\d{{2,5}}\)|0\d{{1,14}})"
    rf"(?:{JOINT}{{0,2}}\(0\){JOINT}{{0,2}}\d{{2,10}})?"
    rf"(?:(?:{JOINT}{{1,2}}|(?<=\)))\d{{2,10}}){{0,5}})(?!\w))"
)
GROUP_END = re.compile(r"\d(?!\d)")
COUNTRY_CODES = ("0044", "00353")


def _phones(text: str) -> Iterator[Spot]:
    for match in PHONE.finditer(text):
        for group_end in GROUP_END.finditer(match[1]):
            if _is_phone(match[1][: group_end.end()]):
                yield match.start(1), match.start(1) + group_end.end()
                break


def _is_phone(written: str) -> bool:
    """Tell a number from a list of numbers by its length and by its first group."""
    digits = NOT_DIGIT.sub("", written)
    if written.lstrip("(").startswith("+") or digits.startswith(COUNTRY_CODES):
        return 10 <= len(digits) <= 15  # noqa: PLR2004 - an international number
    if not digits.startswith("0") or digits.startswith("00"):
        return False
    first = re.split(r"\D", written.lstrip("("), maxsplit=1)[0]
    if first == "01":  # Dublin
        return re.fullmatch(rf"\(?01\)?{JOINT}?\d{{3}}{JOINT}?\d{{4}}", written) is not None
    return len(first) > len("0x") and len(digits) in {10, 11}


POSTCODE = re.compile(
    rf"(?<!\w)([A-Z]{{1,2}})\d[A-Z\d]?{SPACE}{{0,2}}(\d[ABD-HJLNP-UW-Z]{{2}})(?!\w)", re.IGNORECASE
)
EIRCODE = re.compile(
    r"(?<!\w)[AC-FHKNPRTV-Y](?:\d\d|6W) ?(?=\w{0,3}\d)[AC-FHKNPRTV-Y][\dA-Y]{3}(?!\w)"
)
AREAS = frozenset(
    """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E
    EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL
    LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM
    SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
    """.split()  # noqa: SIM905 - read as words, not as quotes
)
ORDINALS = ("st", "nd", "rd", "th")


def _postcodes(text: str) -> Iterator[Spot]:
    """Take no "W1 2nd session" for a postcode."""
    for match in POSTCODE.finditer(text):
        if match[1].upper() in AREAS and not match[2].endswith(ORDINALS):
            yield match.span()
    yield from _spots(EIRCODE, text)


# Words

PARTICLES = r"(?:(?:de|da|del|der|den|van|von|la|le|al|el|ap|ab|bin|ibn|st) ){0,2}"
TITLED = re.compile(
    r"(?<!\w)(?:(?:M(?:rs?|s|x|RS?|S|X|iss|ISS)|D(?:r|R)|Prof(?:essor)?|Rev(?:erend)?|Sir|Dame"
    r"|Lady|Lord|PC|Sgt|Judge|Aunt(?:ie|y)?|Uncle|C(?:llr|ouncillor))"
    rf"\.?{SPACE}{{1,2}}(?:[A-Z]\.?{SPACE})?{PARTICLES}([A-Z][\w'\u2019-]*)"
    rf"|mrs?\.?{SPACE}([A-Za-z][\w'\u2019-]*))"
)
FIRST_AND_LAST = re.compile(
    rf"(?<![\w'\u2019-])(?=(([A-Z][a-z\u00e0-\u024f]{{1,20}}){SPACE}{PARTICLES}([A-Z][\w'\u2019-]*)))"
)
WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
NOT_SURNAMES = frozenset(
    """
    a i the and or but who was is has had will would can could to at in on of for with when then
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december mst mst-can tam-r teams word excel office
    outlook society project therapist therapists supervisor consultant social worker school
    appointment appointments surgery referral visit session sessions family families world
    """.split()  # noqa: SIM905 - read as words, not as quotes
)


def _names(text: str, allowed: set[str]) -> Iterator[Spot]:
    for match in TITLED.finditer(text):
        surname = (match[1] or match[2]).casefold()
        if surname not in NOT_SURNAMES and surname not in allowed:
            yield match.span()
    for match in FIRST_AND_LAST.finditer(text):
        first, last = _without_accents(match[2].casefold()), match[3].casefold()
        is_name = first in FIRST_NAMES and last not in NOT_SURNAMES
        if is_name and allowed.isdisjoint({match[1].casefold(), last}):
            yield match.span(1)


def _without_accents(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _watch_words(text: str, watch_words: Iterable[str]) -> Iterator[Spot]:
    """Find whole words, whatever their case, reading the text once for all of them."""
    wanted: dict[str, list[list[str]]] = {}
    for phrase in watch_words:
        words = WORD.findall(phrase.casefold())
        if words:
            wanted.setdefault(words[0], []).append(words)
    if not wanted:
        return
    found = [(match[0].casefold(), *match.span()) for match in WORD.finditer(text)]
    for place, (word, start, _end) in enumerate(found):
        for phrase_words in wanted.get(word, ()):
            here = found[place : place + len(phrase_words)]
            if [each[0] for each in here] == phrase_words:
                yield start, here[-1][2]

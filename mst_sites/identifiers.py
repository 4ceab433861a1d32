"""The guard of free text: finds what could identify a person, and cleans what was typed.

Every pattern is bounded, so that the time grows with the text and with nothing else, and begins
with a character of its own and looks back from there, so that the search skips what is none. What
letter case says nothing about is looked for in a copy in small letters, in which patterns are
quicker than those that ignore case. The guard warns; it proves nothing: about one in eleven
random numbers of ten digits passes the check of an NHS number, and a first name by itself is left
to the watch words of the site.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import mul

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mst_sites.first_names import FIRST_NAMES
from mst_sites.phone_numbers import DIGITS, JOINT, phone_numbers

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
    small = text.replace("\u0130", "i").lower()  # the one letter whose small form is longer
    for rule, spots in (
        (Rule.EMAIL, _spots(EMAIL, small) if "@" in text else ()),
        (Rule.DATE_OF_BIRTH, _dates_of_birth(small, today)),
    ):
        yield from ((rule, *spot) for spot in spots)
    yield from _health_numbers(small)
    for rule, spots in (
        (Rule.PUPIL_NUMBER, _pupil_numbers(small)),
        (Rule.NATIONAL_INSURANCE, _insurance_numbers(text, small)),
        (Rule.PHONE, phone_numbers(text)),
        (Rule.ADDRESS, _spots(ADDRESS, text)),
        (Rule.POSTCODE, _postcodes(text, small)),
        (Rule.NAME, _names(text, names)),
        (Rule.WATCH_WORD, _watch_words(text, watch_words)),
    ):
        yield from ((rule, *spot) for spot in spots)


# A text with more is nothing that a person typed, and nobody reads a longer list.
MOST_FINDINGS = 200
SPACE = "[ \u00a0\u2009\u202f]"

EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
ADDRESS = re.compile(
    r"\d(?<!\w\d)\d{0,3}[A-Za-z]?,? (?:(?:[A-Z][\w'\u2019-]{1,30} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Court|Crescent|Way|Place|Terrace"
    r"|Gardens|Grove|Walk|Square|Hill|Green|Mews|Row|STREET|ROAD|AVENUE|LANE|CLOSE|DRIVE)"
    r"|(?:Heol|Ffordd|Stryd|L\u00f4n|Rhodfa)(?: [A-Z][\w'\u2019-]{1,30}){1,3})(?!\w)"
)


def _spots(pattern: re.Pattern[str], text: str) -> Iterator[Spot]:
    return (match.span() for match in pattern.finditer(text))


# Dates

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept"),
    *("sep", "oct", "nov", "dec", "ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin"),
    *("gorffennaf", "awst", "medi", "hydref", "tachwedd", "rhagfyr"),
)
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
MONTH_BEFORE = re.compile(rf"(?<!\w){MONTH} ?\Z")
LONGEST_MONTH = 12
NTH = r"(?:st|nd|rd|th)?"
FULL_DATE = re.compile(
    rf"\d(?<![\w/.\-]\d)(?:"
    r"\d{3}[-/.][01]?\d[-/.][0-3]?\d"
    r"|\d?+(?:(?P<joint>[/.\-])[01]?\d(?P=joint)(?P<year1>\d{4}|\d{2})"
    r"|(?<=\d\d) [01]\d (?P<year2>\d{4})"
    rf"|{NTH}(?:,? (?P<year4>\d{{4}})"
    rf"|(?: of)?[ \-]?(?=[a-z]){MONTH},?[ \-]?(?P<year3>\d{{4}}|['\u2019]?\d{{2}}))"
    r"))(?![\w/]|[.-]\d)"
)
BIRTH = re.compile(
    r"[dbgp](?<!\w[dbgp])(?:(?<=d)(?:\.?o\.?b|ate of birth|yddiad geni)"
    r"|(?<=b)(?:irth ?da(?:te|y)|orn)|(?<=g)an(?:wyd|ed)|(?<=p)en-?blwydd)(?!\w)[^\d\n]{0,30}(?=\d)"
)
DATE_AFTER_BIRTH = re.compile(
    r"(?:[0-3]?\d[/.\- ][01]?\d(?:[/.\- ]\d{2,4})?|\d{4}-\d\d-\d\d"
    rf"|[0-3]?\d{NTH}(?: of)? ?{MONTH}(?:,? ?\d{{2,4}})?|[0-3]\d[01]\d(?:\d{{2}}){{1,2}})(?![\w/])"
)
DAY_AFTER_MONTH = re.compile(rf"(?:[0-3]?\d{NTH}(?:,? \d{{4}})?|\d{{4}})(?!\w)")
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
    before = text[window:place]
    if not before.rstrip(" .").endswith(MONTHS):
        return None
    month = MONTH_BEFORE.search(before)
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
    rf"\d(?=\d)(?<!\w\d)(?=(\d{{9}}|\d\d{JOINT}(?:\d{{3}}{JOINT}\d{{4}}|\d{{4}}{JOINT}\d{{3}}|\d{{7}})"
    rf"|\d{{3}}{JOINT}(?:\d{{3}}{JOINT}\d{{3}}|\d{{6}})|\d{{4}}{JOINT}\d{{5}}"
    rf"|\d{{5}}{JOINT}\d{{4}}|\d{JOINT}\d\d{JOINT}\d\d{JOINT}\d{{4}})(?!\w))"
)
LABELLED_HEALTH_NUMBER = re.compile(
    rf"([nch](?<!\w[nch])(?:(?<=n)hs|(?<=c)hi|(?<=h)(?:&c|cn)))(?!\w)[^\d\n]{{0,20}}"
    rf"(\d(?:{JOINT}?\d){{9}})(?!\w)"
)
WEIGHTS = tuple(range(10, 0, -1))
ELEVEN = 11


def _health_numbers(text: str) -> Iterator[tuple[Rule, int, int]]:
    """Give the numbers that are right by their check, or named by the words before them."""
    for match in LABELLED_HEALTH_NUMBER.finditer(text):
        is_chi = match[1] == "chi"
        yield (Rule.CHI_NUMBER if is_chi else Rule.NHS_NUMBER, *match.span(2))
    wrong = set()  # numbers seen and refused: the same one again is not weighed again
    for match in TEN_DIGITS.finditer(text):
        written = match[0] + match[1]
        if written in wrong:
            continue
        digits = written.replace(" ", "")
        if not digits.isdecimal():
            digits = "".join(DIGITS.findall(digits))
        if _has_check(digits):
            rule = Rule.CHI_NUMBER if _begins_with_day(digits) else Rule.NHS_NUMBER
            yield rule, match.start(), match.end(1)
        else:
            wrong.add(written)


def _has_check(digits: str) -> bool:
    """Weigh the digits; the code of "0" and the weights both fall out of the sum, which elevens divide."""
    codes = digits.encode() if digits.isascii() else f"{int(digits):010}".encode()
    return sum(map(mul, codes, WEIGHTS)) % ELEVEN == 0 and digits != digits[0] * 10


def _begins_with_day(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12  # noqa: PLR2004 - a calendar


PUPIL_NUMBER = re.compile(r"([a-hj-np-rt-z])(?<!\w[a-z])(\d{11})([\da-hj-np-rt-z])(?!\w)")
LABELLED_PUPIL_NUMBER = re.compile(
    r"upn(?<!\wupn)(?!\w)[^\d\n]{0,20}?(?<!\w)([a-z]?\d{11}[\da-z])(?!\w)"
)
CHECK_LETTERS = "abcdefghjklmnpqrtuvwxyz"


def _pupil_numbers(text: str) -> Iterator[Spot]:
    yield from (match.span(1) for match in LABELLED_PUPIL_NUMBER.finditer(text))
    for match in PUPIL_NUMBER.finditer(text):
        letter, digits, last = match.groups()
        # A temporary number ends in a letter, which stands for its place in the list.
        values = [*map(int, digits), int(last) if last.isdigit() else CHECK_LETTERS.index(last)]
        total = sum(value * weight for value, weight in zip(values, range(2, 14), strict=True))
        if CHECK_LETTERS[total % len(CHECK_LETTERS)] == letter:
            yield match.span()


INSURANCE_NUMBER = re.compile(
    rf"[a-z](?<!\w[a-z])[a-z]{JOINT}?\d\d{JOINT}?\d\d{JOINT}?\d\d{JOINT}?[a-d](?!\w)"
)
LABELLED_INSURANCE_NUMBER = re.compile(
    r"n(?<!\wn)(?:ational insurance|ino|i (?:no|number))(?!\w)[^\d\n]{0,20}?"
    rf"(?<!\w)([a-z]{{2}}{JOINT}?\d\d{JOINT}?\d\d{JOINT}?\d\d)"
)


def _insurance_numbers(text: str, small: str) -> Iterator[Spot]:
    """Take any two letters, for people mistype them; but "at 10 20 30 a day" is no number."""
    for match in INSURANCE_NUMBER.finditer(small):
        letters = text[match.start() : match.start() + 2]
        if letters.isupper() or match[0].isalnum():
            yield match.span()
    yield from (match.span(1) for match in LABELLED_INSURANCE_NUMBER.finditer(small))


# Where people are reached

POSTCODE = re.compile(
    rf"([a-z](?<!\w[a-z])[a-z]?)\d[a-z\d]?{SPACE}{{0,2}}(\d[abd-hjlnp-uw-z]{{2}})(?!\w)"
)
EIRCODE = re.compile(
    r"[AC-FHKNPRTV-Y](?<!\w[A-Y])(?:\d\d|6W) ?(?=\w{0,3}\d)[AC-FHKNPRTV-Y][\dA-Y]{3}(?!\w)"
)
AREAS = frozenset(
    """
    ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e
    ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll
    ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm
    sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze
    """.split()  # noqa: SIM905 - read as words, not as quotes
)
ORDINALS = ("st", "nd", "rd", "th")


def _postcodes(text: str, small: str) -> Iterator[Spot]:
    """Take no "W1 2nd session" for a postcode."""
    for match in POSTCODE.finditer(small):
        if match[1] in AREAS and not text[match.start(2) : match.end(2)].endswith(ORDINALS):
            yield match.span()
    yield from _spots(EIRCODE, text)


# Words

PARTICLES = r"(?:(?:de|da|del|der|den|van|von|la|le|al|el|ap|ab|bin|ibn|st) ){0,2}"
TITLED = re.compile(
    r"[MDPRSLJAUCINWm](?<!\w[MDPRSLJAUCINWm])(?:(?:(?<=M)(?:rs?|s|x|RS?|S|X|iss|ISS|odryb)"
    r"|(?<=D)(?:r|R|ame|C|I|S)|(?<=I)(?:nsp(?:ector)?|mam)|(?<=N)urse|(?<=W)ncwl"
    r"|(?<=P)(?:rof(?:essor)?|C)|(?<=R)ev(?:erend)?|(?<=S)(?:ir|gt)|(?<=L)(?:ady|ord)|(?<=J)udge"
    r"|(?<=A)unt(?:ie|y)?|(?<=U)ncle|(?<=C)(?:llr|ouncillor|anon|oach))"
    rf"\.?{SPACE}{{1,2}}(?:[A-Z]\.?{SPACE})?{PARTICLES}([A-Z][\w'\u2019-]*)"
    rf"|(?<=m)rs?\.?{SPACE}([A-Za-z][\w'\u2019-]*))"
)
FIRST_AND_LAST = re.compile(
    rf"[A-Z](?<![\w'\u2019-][A-Z])(?=([a-z\u00e0-\u024f]{{1,20}})(?:-[A-Z][a-z]{{1,20}})?{SPACE}"
    rf"({PARTICLES}([A-Z][\w'\u2019-]*)))"
)
WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
NOT_SURNAMES = frozenset(
    """
    a i the and or but who was is has had will would can could to at in on of for with when then
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december mst mst-can tam-r teams word excel office
    outlook society project therapist therapists supervisor consultant social worker school
    appointment appointments surgery referral visit session sessions family families world
    park house lodge hall service centre station specialist practitioner manager lead trainer
    """.split()  # noqa: SIM905 - read as words, not as quotes
)


def _names(text: str, allowed: set[str]) -> Iterator[Spot]:
    for match in TITLED.finditer(text):
        surname = (match[1] or match[2]).casefold()
        if surname not in NOT_SURNAMES and surname not in allowed:
            yield match.span()
    for match in FIRST_AND_LAST.finditer(text):
        first, last = (match[0] + match[1]).casefold(), match[3].casefold()
        is_name = _without_accents(first) in FIRST_NAMES and last not in NOT_SURNAMES
        whole = text[match.start() : match.end(2)].casefold()
        if is_name and allowed.isdisjoint({whole, last}):
            yield match.start(), match.end(2)


def _without_accents(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _watch_words(text: str, watch_words: Iterable[str]) -> Iterator[Spot]:
    """Find whole words, whatever their case, reading the text once for all of them."""
    folded = text.casefold()
    wanted: dict[str, list[list[str]]] = {}
    for phrase in watch_words:
        words = WORD.findall(phrase.casefold())
        if words and all(word in folded for word in words):
            wanted.setdefault(words[0], []).append(words)
    if not wanted:
        return
    for match in WORD.finditer(text):
        for words in wanted.get(match[0].casefold(), ()):
            end = _end_of_phrase(text, match.end(), words[1:])
            if end is not None:
                yield match.start(), end


def _end_of_phrase(text: str, end: int, words: list[str]) -> int | None:
    """Give where the last of some words ends, if they are the next ones, whatever stands between."""
    for word in words:
        following = WORD.search(text, end)
        if following is None or following[0].casefold() != word:
            return None
        end = following.end()
    return end

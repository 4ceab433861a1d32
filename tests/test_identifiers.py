"""The guard of free text, on hand-written snippets of invented people."""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mst_sites.identifiers import Finding, NulCharacterError, Rule, clean_text, find

TODAY = date(2026, 3, 4)


def found(text, **options):
    return [
        (finding.rule, text[finding.start : finding.end])
        for finding in find(text, **{"today": TODAY, **options})
    ]


@pytest.mark.parametrize(
    ("text", "rule", "spot"),
    [
        ("NHS 943 476 5919 on file", Rule.NHS_NUMBER, "943 476 5919"),
        ("his number, 9434765919, was", Rule.NHS_NUMBER, "9434765919"),
        ("see 943-476-5919.", Rule.NHS_NUMBER, "943-476-5919"),
        ("NHS no: 123 456 7890 (typed wrong)", Rule.NHS_NUMBER, "123 456 7890"),
        ("CHI 010112 0001", Rule.CHI_NUMBER, "010112 0001"),
        ("number 0101120001 seen", Rule.CHI_NUMBER, "0101120001"),
        ("UPN H801200001001 moved school", Rule.PUPIL_NUMBER, "H801200001001"),
        ("upn is x123456789012", Rule.PUPIL_NUMBER, "x123456789012"),
        ("QQ 12 34 56 C", Rule.NATIONAL_INSURANCE, "QQ 12 34 56 C"),
        ("ni number ab123456", Rule.NATIONAL_INSURANCE, "ab123456"),
        ("jk123456d", Rule.NATIONAL_INSURANCE, "jk123456d"),
        ("at SE5 8AZ since", Rule.POSTCODE, "SE5 8AZ"),
        ("moved to cf103nb", Rule.POSTCODE, "cf103nb"),
        ("near EC1A 1BB", Rule.POSTCODE, "EC1A 1BB"),
        ("Dublin D02 X285", Rule.POSTCODE, "D02 X285"),
        ("dob 3/4/12", Rule.DATE_OF_BIRTH, "dob 3/4/12"),
        ("D.O.B. 03042012", Rule.DATE_OF_BIRTH, "D.O.B. 03042012"),
        ("born on the 3rd of April", Rule.DATE_OF_BIRTH, "born on the 3rd of April"),
        ("birthday is 14 May", Rule.DATE_OF_BIRTH, "birthday is 14 May"),
        ("aged 13 (12/03/2013)", Rule.DATE_OF_BIRTH, "12/03/2013"),
        ("from 2012-04-03", Rule.DATE_OF_BIRTH, "2012-04-03"),
        ("3 April 2012", Rule.DATE_OF_BIRTH, "3 April 2012"),
        ("April 3rd, 2012", Rule.DATE_OF_BIRTH, "April 3rd, 2012"),
        ("3 Ebrill 2012", Rule.DATE_OF_BIRTH, "3 Ebrill 2012"),
        ("3/4/12 on the form", Rule.DATE_OF_BIRTH, "3/4/12"),
        ("ring 07700 900123 first", Rule.PHONE, "07700 900123"),
        ("mum: 07700900123", Rule.PHONE, "07700900123"),
        ("+44 7700 900 123", Rule.PHONE, "+44 7700 900 123"),
        ("+44 (0)20 7946 0018", Rule.PHONE, "+44 (0)20 7946 0018"),
        ("(0117) 496 0123", Rule.PHONE, "(0117) 496 0123"),
        ("020 7946 0018 12 times", Rule.PHONE, "020 7946 0018"),
        ("01 234 5678", Rule.PHONE, "01 234 5678"),
        ("write to mam.demo+x@example.org.", Rule.EMAIL, "mam.demo+x@example.org"),
        ("lives at 12 Acacia Avenue", Rule.ADDRESS, "12 Acacia Avenue"),
        ("12 Heol Enghraifft", Rule.ADDRESS, "12 Heol Enghraifft"),
        ("at 9 SAMPLE ROAD", Rule.ADDRESS, "9 SAMPLE ROAD"),
        ("pen-blwydd 3 Mehefin", Rule.DATE_OF_BIRTH, "pen-blwydd 3 Mehefin"),
        ("Nurse Demo visited", Rule.NAME, "Nurse Demo"),
        ("DC Invented phoned", Rule.NAME, "DC Invented"),
        ("Inspector Sample", Rule.NAME, "Inspector Sample"),
        ("Imam Sample agreed", Rule.NAME, "Imam Sample"),
        ("Wncwl Ffuglen", Rule.NAME, "Wncwl Ffuglen"),
        ("efo Modryb Enghraifft", Rule.NAME, "Modryb Enghraifft"),
        ("Anna-May Demo", Rule.NAME, "Anna-May Demo"),
        ("Mrs Demo-Smith rang", Rule.NAME, "Mrs Demo-Smith"),
        ("DR O'NEILL", Rule.NAME, "DR O'NEILL"),
        ("mrs jones called", Rule.NAME, "mrs jones"),
        ("Miss A. Example came", Rule.NAME, "Miss A. Example"),
        ("PC Sample attended", Rule.NAME, "PC Sample"),
        ("Jayden Sample refused", Rule.NAME, "Jayden Sample"),
        ("told Siân B that", Rule.NAME, "Siân B"),
        ("Mr de la Exempla", Rule.NAME, "Mr de la Exempla"),
    ],
)
def test_identifier_is_found_at_its_spot(text, rule, spot):
    assert (rule, spot) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "3/4/26",
        "Meeting on 3/4/26 at 10.30, next on 17/4/26.",
        "Consultation 4 March 2026, booster 12/05/2026.",
        "Case T07-0142 discussed, T07-0143 carried over.",
        "Young person aged 14, brother aged 9, in week 12 of treatment.",
        "Weeks 07 08 09 10 11 12 covered; 5 of 6 recordings sent.",
        "Scores 0.61 0.74 0.82 0.91, mean 0.77.",
        "10 20 30 40 50 sessions at 10 20 30 a day",
        "Nurse Specialist and Coach Station; Holly Lodge and Victoria Park are open.",
        "Pen-blwydd hapus; DC approved it, DS to chair.",
        "In W1 2nd session, in E6 4th session.",
        "He will miss School on Monday. Miss the point.",
        "MS Teams call with the team; Dr appointment missed.",
        "M10 85 %, M12 10 %, M40 between 100 and 140 days.",
        "Period 1 January 2026 to 30 June 2026, 181 days.",
        "Will Need more time. Grace Period agreed. May I suggest June Holidays.",
        "The NHS trust and the council met; 40 eligible a year, £1,234,567 in 2025-26.",
        "Born and bred in the valley, the family has strong support.",
    ],
)
def test_plain_note_is_clean(text):
    assert found(text) == []


def test_date_without_a_clock_is_a_birth_date_when_its_year_is_full():
    assert found("12/05/2026 and 3/4/12", today=None) == [(Rule.DATE_OF_BIRTH, "12/05/2026")]


def test_names_of_the_team_are_passed_over():
    text = "Sarah Example and Mr Example will follow up with Sarah Other."

    assert found(text, allowed_names=("Sarah Example", "Example")) == [(Rule.NAME, "Sarah Other")]


def test_watch_words_are_whole_words_of_any_case():
    text = "The smithfield club and SMITH, at St Mary's."

    assert found(text, watch_words=("Smith", "st mary's", " ", "club night")) == [
        (Rule.WATCH_WORD, "SMITH"),
        (Rule.WATCH_WORD, "St Mary's"),
    ]


def test_findings_come_in_order_and_do_not_overlap():
    text = "Ring Mrs Sample on 07700 900123 or write to a@example.org, SE5 8AZ"

    assert [rule for rule, _ in found(text)] == ["NAME", "PHONE", "EMAIL", "POSTCODE"]
    assert find("a@example.org")[0] == Finding(Rule.EMAIL, 0, 13)


def with_nhs_check(digits):
    total = sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11


@settings(deadline=None)
@given(st.from_regex(r"[4-7][0-9]{8}", fullmatch=True), st.sampled_from(("", " ", "-", "\u00a0")))
def test_every_nhs_number_is_found_and_no_other_check_digit(digits, joint):
    check = with_nhs_check(digits)
    for last in range(10):
        text = f"no. {digits[:3]}{joint}{digits[3:6]}{joint}{digits[6:]}{last} x"

        assert (found(text) != []) == (last == check and len(set(digits + str(last))) > 1)


@settings(deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=3))
def test_spots_lie_in_the_text_whatever_it_is(text, watch_words):
    end = 0
    for finding in find(text, watch_words=watch_words, today=TODAY):
        assert end <= finding.start < finding.end <= len(text)
        end = finding.end


HOSTILE = (
    "a",
    "1",
    "1 ",
    "0 7",
    "07700 9001",
    "+(",
    "(0",
    "0(",
    "@",
    "a@a.",
    "a.",
    "A1 1",
    "Mr ",
    "Mr A ",
    "dob ",
    "born a",
    "1/1/",
    "1 Aa ",
    "de ",
    "Anna de ",
    "943 476 5919 ",
    "943 476 5918 ",
    "0123 ",
    "07 ",
    "+1 ",
    "(01)",
    "dob 1 ",
    "AB 12 ",
    "\u00a0",
    "NHS ",
    "x' ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece):
    """The bound is loose for slow machines; the growth is not: ten times the text, ten the time."""
    small, large = (timed((piece * 100_000)[:length]) for length in (10_000, 100_000))

    assert large < 0.5
    assert large < 40 * small


def timed(text):
    times = []
    for _ in range(3):
        begun = time.process_time()
        find(text, watch_words=("a", "mr a", "1"), today=TODAY)
        times.append(time.process_time() - begun)
    return min(times)


def test_nul_is_refused():
    with pytest.raises(NulCharacterError):
        clean_text("a\0b")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x05a\x80b\x7f", "ab"),
        ("cafe\u0301", "caf\u00e9"),
        (
            "Llanfair \u0175 \U0001f469\u200d\U0001f467",
            "Llanfair \u0175 \U0001f469\u200d\U0001f467",
        ),
        ("a\ud800b\ufffec", "abc"),
    ],
)
def test_text_is_cleaned(typed, kept):
    assert clean_text(typed) == kept


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0")))
def test_clean_text_stays_as_it_is(text):
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    cleaned.encode()
    assert {c for c in cleaned if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}

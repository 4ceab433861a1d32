"""How well the guard does on 300 snippets that no pattern was made from: invented people, invented notes.

120 structured identifiers, 70 names with a title or a first name before them, 110 clean notes, in English and Welsh.
Asked for: 98 in 100 structured, 8 in 10 names, one alarm in 20 clean notes. Found: 119 (99.2 %), 58 (82.9 %), one.
Whoever wrote them had read the patterns; nothing was mended for a miss among them. The misses stay here, and so does
the number that they make: nearly all are first names that `first_names` does not know.
"""

from datetime import date

from mst_sites.identifiers import find
from tests.held_out import CLEAN, NAMES, STRUCTURED

TODAY = date(2026, 3, 4)


def test_structured_identifiers_are_found():
    snippets = [(rule, text) for rule, texts in STRUCTURED.items() for text in texts]
    missed = [
        text for rule, text in snippets if rule not in {f.rule for f in find(text, today=TODAY)}
    ]

    assert (len(snippets), missed) == (120, ["his NI is sr 11 22 33 c"])


def test_four_names_of_five_are_found():
    missed = [text for text in NAMES if not find(text, today=TODAY)]

    assert len(NAMES) == 70
    assert missed == [
        "Zofia Przykladowa rang",
        "Ffion Enghraifft missed school",
        "Oluwaseun Demo plays on Saturdays",
        "Kacper Przyklad joined the gym",
        "Gethin Enghraifft drives him",
        "Precious Sample has a part-time job",
        "Harpreet Madeup called the team",
        "Brooklyn Demo posted it",
        "R. Testerton signed",
        "young person (K. Demo) agreed",
        "Ioan Demo's mam",
        "Shanice Invented blocked him",
    ]


def test_clean_notes_raise_at_most_one_alarm_in_twenty():
    alarms = [text for text in CLEAN if find(text, today=TODAY)]

    assert len(CLEAN) == 110
    assert alarms == ["Court on 19 March, 10 am; pre-sentence report asked for."]

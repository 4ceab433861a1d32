"""What the history calls each act: every code that is recorded has words, and no words are left over."""

import ast
import re

from django.conf import settings
from django.utils.translation import override

from mst_sites.audit.acts import ACTS, act_words
from mst_sites.records.models import ActionState

CODE = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
# How an action ends is its state, in small letters.
ENDS_OF_ACTIONS = {f"action.{state.lower()}" for state in ActionState if state != ActionState.OPEN}
NO_ACTS = {"meeting.ics", "allauth.account"}


def recorded():
    """Return the codes in the files that record something, as they stand there."""
    tops = ("mst_sites", "consultation", "implementation", "staffing")
    files = [path for top in tops for path in (settings.BASE_DIR / top).rglob("*.py")]
    found = set()
    for path in files:
        source = path.read_text()
        if re.search(r"\baudit\.record\(", source):
            literals = (n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant))
            found |= {word for word in literals if isinstance(word, str) and CODE.fullmatch(word)}
    return found - NO_ACTS


def test_every_act_has_words_and_no_words_are_left_over():
    assert recorded() | ENDS_OF_ACTIONS == set(ACTS)


def test_no_two_acts_are_called_the_same():
    assert len({str(words) for words in ACTS.values()}) == len(ACTS)


def test_act_of_an_earlier_release_is_read_as_its_code():
    with override("en"):
        assert act_words("recording.put-away") == "Recording put away"
        assert act_words("note.filed") == "Note filed"

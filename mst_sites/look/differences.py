"""What changed between two texts, line by line and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words: kind is "same", "old" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line before and after; None where it was not there."""

    before: tuple[Piece, ...] | None
    after: tuple[Piece, ...] | None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def compare(before: str, after: str) -> list[Line]:
    """Compare two texts; a line that was rewritten is shown with its changed words."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [same(line) for line in old[i1:i2]]
        else:
            lines += rewritten(old[i1:i2], new[j1:j2])
    return lines


def same(line: str) -> Line:
    pieces = (Piece("same", line),)
    return Line(pieces, pieces)


def rewritten(old: list[str], new: list[str]) -> Iterator[Line]:
    for number in range(max(len(old), len(new))):
        if number >= len(old):
            yield Line(None, (Piece("new", new[number]),))
        elif number >= len(new):
            yield Line((Piece("old", old[number]),), None)
        else:
            yield words(old[number], new[number])


def words(old_line: str, new_line: str) -> Line:
    old, new = WORDS.findall(old_line), WORDS.findall(new_line)
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            before.append(Piece("same", "".join(old[i1:i2])))
            after.append(Piece("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            before.append(Piece("old", "".join(old[i1:i2])))
        if j2 > j1:
            after.append(Piece("new", "".join(new[j1:j2])))
    return Line(tuple(before), tuple(after))

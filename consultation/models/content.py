"""What a person writes in a weekly note, apart from the row that keeps it: to compare, to freeze and to show."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import Any, Self, cast

from django.core.exceptions import ValidationError

from consultation.models.note import Absence, Attendance, Note, Outcome
from mst_sites import identifiers
from mst_sites.accounts.models import User

# Typed text: it passes the identifier guard before it is stored.
TEXTS = ("themes", "strengths", "barriers", "stakeholder_issue")
# What only a consultation that took place has.
ONLY_HELD = ("held_on", "started_at", "minutes", "mode", "families_discussed")
# What is kept in columns of the note under the same name.
COLUMNS = (
    "outcome",
    "cancelled_reason",
    "held_on",
    "started_at",
    "minutes",
    "mode",
    "consultant",
    "supervisor",
    "summaries_due",
    "summaries_received",
    "open_families",
    "families_discussed",
    "recordings_submitted",
    "recordings_reviewed",
    *TEXTS,
    "is_escalated",
    "identifier_reason",
)


@dataclass(frozen=True)
class Recommendation:
    """What is to be done after a consultation, by whom and until when."""

    text: str
    owner: User | None = None
    due_on: date | None = None
    slot: int = 1  # where it stands in the form

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "owner": person_json(self.owner),
            "due_on": self.due_on and self.due_on.isoformat(),
        }


@dataclass(frozen=True)
class NoteContent:
    """The fields of a note as they were typed; empty is None or an empty text."""

    outcome: str = Outcome.HELD
    cancelled_reason: str = ""
    held_on: date | None = None
    started_at: time | None = None
    minutes: int | None = None
    mode: str = ""
    consultant: User | None = None
    supervisor: User | None = None
    summaries_due: int | None = None
    summaries_received: int | None = None
    open_families: int | None = None
    families_discussed: int | None = None
    recordings_submitted: int | None = None
    recordings_reviewed: int | None = None
    themes: str = ""
    strengths: str = ""
    barriers: str = ""
    barrier_codes: tuple[str, ...] = ()
    stakeholder_issue: str = ""
    is_escalated: bool = False
    presences: tuple[tuple[User, str], ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    identifier_reason: str = ""

    @classmethod
    def of(cls, note: Note, attendances: Iterable[Attendance], people: Mapping[str, User]) -> Self:
        """Read the content of a row back; `people` are those whom recommendations may name, by id."""
        return cls(
            **{name: getattr(note, name) for name in COLUMNS},
            barrier_codes=tuple(note.barrier_codes),
            presences=tuple((each.person, each.presence) for each in attendances),
            recommendations=tuple(
                Recommendation(
                    each["text"],
                    people.get((each["owner"] or {}).get("id", "")),
                    date.fromisoformat(each["due_on"]) if each["due_on"] else None,
                    each.get("slot", number),
                )
                for number, each in enumerate(note.recommendations, 1)
            ),
        )

    @property
    def is_cancelled(self) -> bool:
        return self.outcome == Outcome.CANCELLED

    @property
    def typed_texts(self) -> dict[str, str]:
        """Every typed text by the name of its form field."""
        return {
            **{name: getattr(self, name) for name in TEXTS},
            **{f"recommendation_{each.slot}_text": each.text for each in self.recommendations},
        }

    @property
    def people(self) -> tuple[User, ...]:
        """Everybody whom the note names by choice, not in text."""
        named = [self.consultant, self.supervisor, *(person for person, _ in self.presences)]
        named += [each.owner for each in self.recommendations]
        return tuple(person for person in named if person is not None)

    def cleaned(self) -> "NoteContent":
        """Bring every typed text into one form.

        :raises ValidationError: a text holds what no database keeps.
        """
        faults = {}
        texts: dict[str, str] = {}
        for name, text in {**self.typed_texts, "identifier_reason": self.identifier_reason}.items():
            try:
                texts[name] = identifiers.clean_text(text)
            except identifiers.NulCharacterError as error:
                faults[name] = str(error)
        if faults:
            raise ValidationError(faults)
        recommendations = tuple(
            replace(each, text=texts.pop(f"recommendation_{each.slot}_text"))
            for each in self.recommendations
        )
        return replace(self, **cast("dict[str, Any]", texts), recommendations=recommendations)

    def as_happened(self) -> "NoteContent":
        """Leave out what makes no sense: a cancelled consultation has no time, a held one no reason for cancelling."""
        if self.is_cancelled:
            nothing: dict[str, Any] = {name: "" if name == "mode" else None for name in ONLY_HELD}
            return replace(self, **nothing, presences=())
        return replace(self, cancelled_reason="")

    def as_json(self) -> dict[str, Any]:
        """Give the content in plain values: the same content is always the same JSON."""
        plain = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        plain["presences"] = [
            {**(person_json(person) or {}), "presence": presence}
            for person, presence in sorted(self.presences, key=lambda pair: str(pair[0].pk))
        ]
        plain["recommendations"] = [each.as_json() for each in self.recommendations]
        return plain

    @property
    def fingerprint(self) -> str:
        canonical = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def put_into(self, note: Note) -> None:
        """Write the content into the columns of a note, without saving it."""
        for name in COLUMNS:
            setattr(note, name, getattr(self, name))
        note.barrier_codes = list(self.barrier_codes)
        note.recommendations = [each.as_json() for each in self.recommendations]
        if note.is_draft:  # where the form is still open, a recommendation is known by its place
            for each, kept in zip(self.recommendations, note.recommendations, strict=True):
                kept["slot"] = each.slot
        note.fingerprint = self.fingerprint

    def attendances(self, note: Note) -> list[Attendance]:
        return [
            Attendance(site=note.site, note=note, person=person, presence=Absence(presence))
            for person, presence in self.presences
        ]


def person_json(person: User | None) -> dict[str, str] | None:
    """Name a person for good: what was filed keeps the name of its day."""
    return {"id": str(person.pk), "name": person.full_name} if person else None


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return person_json(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value

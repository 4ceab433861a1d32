"""How the sides of a site see the organisational change: means by subject, where they differ, and over time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from implementation.models import (
    SIDE_OF_ROLE,
    ChangeAnswer,
    ChangeQuestionnaire,
    ChangeRound,
    ChangeSide,
    ChangeStatement,
    ChangeSubject,
)
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.records.models import Action
from mst_sites.tenancy.models import Site

# From this difference of two means on, the sides do not mean the same thing.
GAP = Fraction(3, 2)
ROUNDS_SHOWN = 6


@dataclass(frozen=True)
class SubjectResult:
    """What each side thinks of one subject, None where nobody of it could say."""

    subject: ChangeSubject
    means: Mapping[ChangeSide, Fraction | None]

    @property
    def known(self) -> list[tuple[Fraction, ChangeSide]]:
        """Return the means that there are, the lowest first."""
        found = [(mean, side) for side, mean in self.means.items() if mean is not None]
        return sorted(found, key=lambda each: each[0])

    @property
    def difference(self) -> Fraction | None:
        """Return how far the sides are apart, None with fewer than two of them."""
        known = self.known
        return known[-1][0] - known[0][0] if len(known) > 1 else None

    @property
    def is_gap(self) -> bool:
        return self.difference is not None and self.difference >= GAP


@dataclass(frozen=True)
class RoundResult:
    """A round: how many of each side answered, and once it is over what they answered on the whole."""

    round: ChangeRound
    is_open: bool
    answered: Mapping[ChangeSide, int]
    subjects: Sequence[SubjectResult]

    @property
    def widest(self) -> SubjectResult | None:
        """Return the subject on which the sides are furthest apart."""
        compared = [each for each in self.subjects if each.difference is not None]
        return max(compared, key=lambda each: each.difference or 0, default=None)

    @property
    def gaps(self) -> list[SubjectResult]:
        return [each for each in self.subjects if each.is_gap]

    def of(self, subject: str) -> SubjectResult | None:
        return next((each for each in self.subjects if each.subject == subject), None)


def side_of(roles: Iterable[Role]) -> ChangeSide | None:
    """Return for which side somebody with these roles answers, None if for none."""
    held = set(roles)
    return next((side for role, side in SIDE_OF_ROLE.items() if role in held), None)


def questionnaires() -> QuerySet[ChangeQuestionnaire]:
    """Return every edition of the statements, the newest first."""
    found: QuerySet[ChangeQuestionnaire] = ChangeQuestionnaire.objects.select_related(
        "published_by"
    )
    return found.order_by("-number")


def newest_questionnaire() -> ChangeQuestionnaire:
    """Return the edition in use."""
    used: ChangeQuestionnaire = ChangeQuestionnaire.objects.published()[:1].get()
    return used


def draft_questionnaire() -> ChangeQuestionnaire | None:
    draft: ChangeQuestionnaire | None = ChangeQuestionnaire.objects.drafts().first()
    return draft


def statements_of(questionnaire_id: int) -> QuerySet[ChangeStatement]:
    found = ChangeStatement.objects.filter(questionnaire_id=questionnaire_id)
    return found.order_by("position")


def rounds_of(site: Site) -> QuerySet[ChangeRound]:
    """Return the rounds of a site, the newest first."""
    found = ChangeRound.objects.filter(site=site)
    return found.order_by("-opened_on", "-closed_at", "id")


def open_round_of(site: Site, *, today: date) -> ChangeRound | None:
    """Return the round in which people may answer today."""
    standing = ChangeRound.objects.filter(site=site, closed_at=None, closes_on__gte=today)
    return standing.first()


def answer_of(person: User, within: ChangeRound) -> ChangeAnswer | None:
    """Return a person's own answer."""
    own = ChangeAnswer.objects.filter(site=within.site_id, round=within, person=person)
    return own.first()


def results_of(site: Site, *, today: date) -> list[RoundResult]:
    """Return the last rounds of a site, the newest first, in three queries. What is open says nothing but how many."""
    rounds = list(rounds_of(site)[:ROUNDS_SHOWN])
    answers = defaultdict(list)
    for answer in ChangeAnswer.objects.filter(site=site, round__in=rounds).order_by("id"):
        answers[answer.round_id].append(answer)
    subjects: dict[int, dict[str, str]] = defaultdict(dict)
    used = {each.questionnaire_id for each in rounds}
    for statement in ChangeStatement.objects.filter(questionnaire__in=used).order_by("position"):
        subjects[statement.questionnaire_id][str(statement.position)] = statement.subject
    return [
        result_of(each, answers[each.pk], subjects[each.questionnaire_id], today=today)
        for each in rounds
    ]


def result_of(
    within: ChangeRound,
    answers: Sequence[ChangeAnswer],
    subject_of: Mapping[str, str],
    *,
    today: date,
) -> RoundResult:
    is_open = within.is_open_on(today)
    scores = defaultdict(list)
    for answer in answers:
        for position, score in answer.scores.items():
            scores[answer.side, subject_of[position]].append(score)
    return RoundResult(
        round=within,
        is_open=is_open,
        answered={side: sum(a.side == side for a in answers) for side in ChangeSide},
        subjects=[]
        if is_open
        else [
            SubjectResult(subject, {side: mean(scores[side, subject]) for side in ChangeSide})
            for subject in ChangeSubject
        ],
    )


def mean(scores: Sequence[int]) -> Fraction | None:
    return Fraction(sum(scores), len(scores)) if scores else None


def actions_from(site: Site) -> QuerySet[Action]:
    """Return the actions that came out of a site's rounds, the newest first."""
    label = ChangeRound._meta.label_lower
    found = Action.objects.filter(site=site, subject_type=label).select_related("owner", "team")
    return found.order_by("-raised_at", "id")

"""The life of a review: one edition however often it is asked for, frozen once it is issued."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import get_language

from consultation import operations, queries
from consultation.metrics.figures import NAMES
from consultation.models import Episode, Review
from consultation.models.snapshot import Narrative, ReviewContent, fingerprint
from consultation.reports import charts
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.periods import Period
from mst_sites.records.models import Comment
from mst_sites.records.operations import add_comment
from mst_sites.tenancy.versions import ClashError
from tests.consultation.half_year import HALF, afon, cases, import_cases
from tests.factories import ReviewFactory, person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)
WORDS = operations.Words(
    Narrative("Steady work.", ("Engagement",), ("Vacancies",), ("Fill the post", "Meet schools"))
)


@pytest.fixture
def team():
    team = afon()
    import_cases(team)
    return team


@pytest.fixture
def consultant(team):
    return person(Role.CONSULTANT, team=team)


@pytest.fixture
def draft(team, consultant):
    return operations.request_review(team=team, period=HALF, now=NOW, by=consultant)


def issue(draft, consultant, words=WORDS):
    written = operations.write_review(
        review=draft, version=draft.version, words=words, now=NOW, by=consultant
    )
    return operations.issue_review(review=written, version=written.version, now=NOW, by=consultant)


def test_request_review_keeps_the_figures_of_the_day(team, draft, consultant):
    import_cases(team, cases(completed=1, not_engaged=0, placed=0, moved=0, outcomes=(0, 0, 0)), [])

    draft.refresh_from_db()
    content = queries.content_of(draft)
    assert content.metric("M20").display == "94.9 %"
    assert fingerprint(draft.snapshot) == draft.snapshot_sha256
    entry = AuditEntry.objects.get(action="review.requested")
    assert (entry.actor, entry.details["sha256"]) == (consultant, draft.snapshot_sha256)


def test_request_review_again_gives_the_same_one(team, draft, consultant):
    again = operations.request_review(team=team, period=HALF, now=NOW, by=consultant)

    assert again == draft
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("period", "edition"),
    [
        (Period(date(2026, 9, 1), date(2027, 3, 1)), 1),
        (Period(date(2025, 7, 1), HALF.starts_on), 2),
        (Period(date(1999, 7, 1), date(2000, 1, 1)), 1),
        (Period(date(2020, 1, 1), date(2026, 1, 1)), 1),
        (Period(date(2026, 2, 2), date(2026, 3, 1)), 1),
    ],
)
def test_request_review_refuses(period, edition, team, consultant):
    with pytest.raises(ValidationError):
        operations.request_review(team=team, period=period, edition=edition, now=NOW, by=consultant)

    assert not Review.objects.exists()


def test_request_review_of_four_weeks_is_the_shortest(team, consultant):
    period = Period(date(2026, 2, 2), date(2026, 3, 2))

    review = operations.request_review(team=team, period=period, now=NOW, by=consultant)

    assert review.period == period


def test_request_review_corrects_an_issued_one_that_is_shorter(team, consultant):
    period = Period(date(2026, 2, 2), date(2026, 2, 4))
    ReviewFactory(
        team=team, starts_on=period.starts_on, ends_on=period.ends_on, state="ISSUED", issued_at=NOW
    )

    again = operations.request_review(team=team, period=period, edition=2, now=NOW, by=consultant)

    assert (again.edition, again.period) == (2, period)


def test_request_review_of_an_edition_after_a_draft_is_refused(team, draft, consultant):
    with pytest.raises(ValidationError, match="follows one that was issued"):
        operations.request_review(team=team, period=HALF, edition=2, now=NOW, by=consultant)


def test_content_comes_back_from_the_snapshot_as_it_was(team, draft):
    content = queries.review_content(team=team, period=HALF, today=date(2026, 8, 3))

    kept = Review.objects.get(pk=draft.pk).snapshot

    assert ReviewContent.from_json(kept) == content
    assert fingerprint(kept) == fingerprint(content.as_json())


def test_refresh_review_takes_the_figures_of_today(team, draft, consultant):
    Episode.objects.filter(at_home=False).update(at_home=True)

    fresh = operations.refresh_review(review=draft, version=1, now=NOW, by=consultant)

    assert queries.content_of(fresh).metric("M20").display == "100.0 %"
    assert fresh.version == 2


def discard(review, by, version=1):
    operations.discard_review(review=review, version=version, by=by)


def test_discard_review_deletes_a_draft_with_its_comments(team, draft, consultant):
    add_comment(site=team.site, subject=draft, text="Which school?", by=consultant)
    gone = Review.objects.get(pk=draft.pk)

    discard(draft, consultant)
    discard(gone, consultant)

    assert not Review.objects.exists()
    assert not Comment.objects.exists()
    entry = AuditEntry.objects.get(action="review.discarded")
    assert (entry.actor, entry.subject_id) == (consultant, str(gone.pk))
    assert entry.details["period"] == ["2026-01-01", "2026-07-01"]


def test_discard_review_leaves_the_edition_before_and_lets_it_be_begun_again(
    team, draft, consultant
):
    first = issue(draft, consultant)
    asked = {"team": team, "period": HALF, "edition": 2, "now": NOW, "by": consultant}

    discard(operations.request_review(**asked), consultant)

    assert list(Review.objects.all()) == [first]
    assert operations.request_review(**asked).supersedes == first


def test_discard_review_refuses_an_issued_one(draft, consultant):
    issued = issue(draft, consultant)

    with pytest.raises(operations.IssuedReviewError):
        discard(issued, consultant, version=issued.version)
    with pytest.raises(DatabaseError), transaction.atomic():
        issued.delete()

    assert Review.objects.get() == issued


def test_discard_review_refuses_a_draft_that_moved_on(draft, consultant):
    operations.write_review(review=draft, version=1, words=WORDS, now=NOW, by=consultant)

    with pytest.raises(ClashError):
        discard(draft, consultant)

    assert Review.objects.get().summary == "Steady work."


def test_write_review_refuses_a_version_that_moved_on(draft, consultant):
    operations.write_review(review=draft, version=1, words=WORDS, now=NOW, by=consultant)

    with pytest.raises(ClashError):
        operations.write_review(review=draft, version=1, words=WORDS, now=NOW, by=consultant)


def test_write_review_says_that_the_draft_was_discarded_meanwhile(draft, consultant):
    operations.discard_review(review=Review.objects.get(), version=1, by=consultant)

    with pytest.raises(ValidationError, match="removed this in the meantime"):
        operations.write_review(review=draft, version=1, words=WORDS, now=NOW, by=consultant)

    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("narrative", "field"),
    [
        (Narrative(summary="x" * 6_001), "summary"),
        (Narrative(strengths=("x" * 801,)), "strength_1"),
        (Narrative(barriers=("fine", "x" * 801)), "barrier_2"),
        (Narrative(strengths=("a", "b", "c", "d")), "strengths"),
        (Narrative(recommendations=("do",) * 13), "recommendations"),
        (Narrative(summary="a\0b"), "__all__"),
    ],
)
def test_write_review_refuses_too_much(narrative, field, draft, consultant):
    with pytest.raises(ValidationError) as refused:
        operations.write_review(
            review=draft, version=1, words=operations.Words(narrative), now=NOW, by=consultant
        )

    named = getattr(refused.value, "error_dict", {"__all__": None})
    assert list(named) == [field]
    draft.refresh_from_db()
    assert draft.version == 1


def test_write_review_lets_names_of_staff_pass(draft, consultant):
    consultant.full_name = "Demo Harrington"
    consultant.save()

    words = operations.Words(Narrative("Mrs Harrington trained the team."))
    written = operations.write_review(review=draft, version=1, words=words, now=NOW, by=consultant)

    assert written.identifier_reason == ""


def test_issue_review_freezes_figures_words_and_names(draft, consultant):
    issued = issue(draft, consultant)

    content = queries.content_of(Review.objects.get(pk=issued.pk))
    assert content.narrative == WORDS.narrative
    assert (content.issue.issued_by, content.issue.edition) == ("Consultant", 1)
    assert content.issue.issued_at == NOW
    assert fingerprint(issued.snapshot) == issued.snapshot_sha256 != draft.snapshot_sha256
    entry = AuditEntry.objects.get(action="review.issued")
    assert entry.details["sha256"] == issued.snapshot_sha256


def test_issue_review_again_changes_nothing(draft, consultant):
    issued = issue(draft, consultant)

    again = operations.issue_review(review=draft, version=1, now=NOW, by=consultant)

    assert again.issued_at == issued.issued_at
    assert Document.objects.count() == 2
    assert AuditEntry.objects.filter(action="review.issued").count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update consultation_review set summary = 'other words' where id = %s",
        "update consultation_review set state = 'DRAFT', issued_at = null where id = %s",
        "update consultation_review set snapshot = '{}' where id = %s",
        "update consultation_review set version = version + 1 where id = %s",
        "delete from consultation_review where id = %s",
        (
            "insert into consultation_review select * from consultation_review where id = %s"
            " on conflict (id) do update set summary = 'other words'"
        ),
    ],
)
def test_issued_review_refuses_raw_sql(statement, draft, consultant):
    issued = issue(draft, consultant)
    before = Review.objects.values().get(pk=issued.pk)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [str(issued.pk)])

    assert Review.objects.values().get(pk=issued.pk) == before


@pytest.mark.parametrize("act", ["write", "refresh"])
def test_issued_review_refuses_every_operation(act, draft, consultant):
    issued = issue(draft, consultant)
    common = {"review": issued, "version": issued.version, "now": NOW, "by": consultant}

    with pytest.raises(operations.IssuedReviewError):
        if act == "write":
            operations.write_review(words=WORDS, **common)
        else:
            operations.refresh_review(**common)


def test_review_keeps_what_it_was_counted_with(team, draft, settings):
    settings.REVIEW_CLOSE_BY = Decimal(1)
    settings.ADHERENCE_THRESHOLD = Decimal("0.75")
    settings.TAM_R_FIRST_AFTER_DAYS, settings.TAM_R_EVERY_DAYS = 7, 14

    kept = queries.content_of(draft)
    fresh = queries.review_content(team=team, period=HALF, today=date(2026, 8, 3))

    assert kept.metric("M11").note == "close: within 5 percentage points"
    assert fresh.metric("M11").note == ""
    assert [charts.adherence(each).title for each in (kept, fresh)] == [
        "139 of 139 families score 0.61 or more for adherence",
        "0 of 139 families score 0.75 or more for adherence",
    ]
    assert (kept.metric("M60").n, fresh.metric("M60").n) == (343, 825)
    assert "14 days after the start, then one every 28 days" in kept.definitions["M60"]
    assert "7 days after the start, then one every 14 days" in fresh.definitions["M60"]
    assert "0.75 or more" in fresh.definitions["M63"]


def test_snapshot_of_the_first_form_is_read_as_it_was_counted(draft, settings):
    settings.REVIEW_CLOSE_BY = Decimal(1)
    first = dict(draft.snapshot, form=1)
    del first["threshold"]
    for metric in first["metrics"]:
        metric["target"] = metric["target"] and metric["target"][:3]

    assert ReviewContent.from_json(first) == queries.content_of(
        Review.objects.get(pk=draft.pk)
    ).with_narrative(Narrative())


def test_next_edition_supersedes_and_leaves_the_issued_one(team, draft, consultant):
    issued = issue(draft, consultant)
    Episode.objects.filter(at_home=False).update(at_home=True)

    second = operations.request_review(team=team, period=HALF, edition=2, now=NOW, by=consultant)
    second = operations.issue_review(review=second, version=1, now=NOW, by=consultant)

    assert queries.content_of(issued).metric("M20").display == "94.9 %"
    assert queries.content_of(second).metric("M20").display == "100.0 %"
    assert second.supersedes == issued
    assert queries.content_of(second).issue.supersedes == issued.snapshot_sha256
    assert queries.newest_review(team, HALF) == second
    assert Document.objects.count() == 4


def test_review_repeats_earlier_figures_as_they_were_issued(team, draft, consultant):
    issue(draft, consultant)
    Episode.objects.update(at_home=True)
    following = Period(HALF.ends_on, date(2027, 1, 1))

    content = queries.review_content(team=team, period=following, today=date(2027, 2, 1))

    [earlier] = content.previous
    assert earlier.period == HALF
    assert next(m for m in earlier.metrics if m.code == "M20").display == "94.9 %"


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (HALF, ["2025-01-01", "2025-07-01"]),
        (Period(date(2026, 2, 1), date(2026, 5, 1)), ["2025-08-01", "2025-11-01"]),
        (Period(date(2026, 2, 3), date(2026, 2, 13)), ["2026-01-14", "2026-01-24"]),
    ],
)
def test_earlier_periods_are_as_long_and_end_where_the_next_begins(period, earlier):
    found = queries.earlier_periods(period, opened_on=None)

    assert [str(each.starts_on) for each in found] == earlier
    assert [each.ends_on for each in found] == [found[1].starts_on, period.starts_on]


@pytest.mark.parametrize(
    ("opened_on", "days"),
    [
        (date(2025, 8, 31), ["2025-08-31", "2026-02-28", "2026-08-31", "2027-02-28"]),
        (date(2025, 8, 31), ["2024-08-31", "2025-02-28", "2025-08-31", "2026-02-28"]),
        (date(2023, 8, 30), ["2023-08-30", "2024-02-29", "2024-08-30", "2025-02-28"]),
        (date(2025, 3, 15), ["2025-03-15", "2025-09-15", "2026-03-15", "2026-09-15"]),
    ],
)
def test_earlier_periods_are_the_half_years_of_the_team(opened_on, days):
    *before, last = [
        Period(date.fromisoformat(start), date.fromisoformat(end)) for start, end in pairwise(days)
    ]

    assert queries.earlier_periods(last, opened_on=opened_on) == before


@pytest.mark.usefixtures("welsh")
def test_request_review_is_in_the_language_of_the_site_whoever_asks(team, consultant, monkeypatch):
    monkeypatch.setitem(NAMES, "M20", lazy(get_language, str)())
    team.site.language = "cy"

    with translation.override("en-gb"):
        review = operations.request_review(team=team, period=HALF, now=NOW, by=consultant)

    names = {each["code"]: each["name"] for each in review.snapshot["metrics"]}
    assert (review.language, names["M20"]) == ("cy", "cy")


def test_last_issued_reviews_are_one_for_each_team(team, draft, consultant, queries):
    from consultation.queries import last_issued_reviews

    issued = issue(draft, consultant)
    other = afon(slug="other", site=team.site)
    operations.request_review(team=other, period=HALF, now=NOW, by=consultant)

    with queries(1):
        found = last_issued_reviews([team.site])

    assert found == {team.pk: issued}


@pytest.mark.parametrize(
    ("days", "latest"),
    [
        ([("2026-01-01", "2026-07-01"), ("2026-07-01", "2026-08-01")], "2026-01-01"),
        ([("2026-01-01", "2026-07-01"), ("2026-05-01", "2026-08-01")], "2026-05-01"),
        ([("2026-05-01", "2026-06-01"), ("2026-07-01", "2026-08-01")], "2026-07-01"),
    ],
)
def test_latest_review_is_of_a_quarter_or_more_where_there_is_one(days, latest, team):
    for start, end in days:
        ReviewFactory(team=team, starts_on=start, ends_on=end, state="ISSUED", issued_at=NOW)

    of_team = queries.last_issued_reviews([team.site])[team.pk]
    of_site = queries.last_reviewed([team.site])[team.site_id]

    assert (str(of_team.starts_on), of_team.period) == (latest, of_site)


def test_due_periods_count_from_the_opening(team):
    team.opened_on = date(2025, 3, 15)

    due = queries.due_periods(team, [], today=date(2026, 8, 3), since=team.opened_on)

    assert [(str(each.period.starts_on), each.is_over) for each in due] == [
        ("2026-03-15", False),
        ("2025-09-15", True),
        ("2025-03-15", True),
    ]


def test_closures_add_up_to_the_cases_closed(team):
    content = queries.review_content(team=team, period=HALF, today=date(2026, 8, 3))

    assert sum(closure.count for closure in content.closures) == content.metric("M06").k == 142
    assert len(content.adherence) == content.metric("M63").n


def test_late_score_of_a_family_that_closed_before_is_collected(team):
    before = HALF.starts_on - timedelta(days=40)
    started = before - timedelta(days=100)
    row = ["T02-1", started, started, started, before, "COMP", "yes", "yes", "yes"]
    figures = queries.review_content(team=team, period=HALF, today=date(2026, 8, 3))

    import_cases(team, [row], [["T02-1", HALF.starts_on, "0.9"]])

    again = queries.review_content(team=team, period=HALF, today=date(2026, 8, 3))
    assert again.metric("M60").k == figures.metric("M60").k + 1

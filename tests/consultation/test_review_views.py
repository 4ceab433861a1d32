"""The pages of a review, from the request to the issued edition, in each role."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from consultation import operations
from consultation.models import Review
from consultation.models.snapshot import Narrative
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.periods import Period
from tests.consultation.half_year import afon, cases, import_cases
from tests.factories import NoteFactory, person

pytestmark = pytest.mark.django_db

HALF = Period(date(2026, 1, 1), date(2026, 7, 1))
NOW = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)


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


@pytest.fixture
def issued(draft, consultant):
    written = operations.write_review(
        review=draft,
        version=1,
        words=operations.Words(Narrative("Steady work.", ("Engagement",), ("Two posts vacant",))),
        now=NOW,
        by=consultant,
    )
    return operations.issue_review(review=written, version=2, now=NOW, by=consultant)


def url(team, page="", review=None):
    place = f"/sites/{team.site.slug}/teams/{team.slug}/reviews/"
    return place + (f"{review.pk}/" if review else "") + (f"{page}/" if page else "")


def test_review_list_says_what_is_due(team, consultant, sign_in, time_machine):
    time_machine.move_to(NOW)
    client = sign_in(consultant)
    page = client.get(url(team))

    assert "No review yet" in page.content.decode()
    assert [(task.label, task.status, task.hint) for task in page.context["tasks"]] == [
        ("1 July 2026 to 31 December 2026", "not_started", "Runs until 31 December 2026"),
        ("1 January 2026 to 30 June 2026", "late", "Not begun; was due by 31 July 2026"),
        # Its first family started in September. Of the half-year before, nothing is due.
        ("1 July 2025 to 31 December 2025", "late", "Not begun; was due by 31 January 2026"),
    ]
    assert f'{url(team, "new")}?period=2026-01-01_2026-07-01"' in page.content.decode()

    draft = operations.request_review(team=team, period=HALF, now=NOW, by=consultant)
    page = client.get(url(team))
    begun = page.context["tasks"][1]
    assert (begun.status, begun.url) == ("late", url(team, review=draft))
    assert begun.hint == "Draft; was due by 31 July 2026"
    state = page.context["table"].rows[0].cells[2]
    assert (state.status, state.note) == ("draft", "late")
    operations.issue_review(review=draft, version=1, now=NOW, by=consultant)
    done = client.get(url(team)).context["tasks"][1]
    assert (done.status, done.hint) == ("done", "Issued on 3 August 2026")


def test_review_list_calls_no_draft_late_that_is_due_yet_or_a_new_edition(
    team, issued, consultant, sign_in, time_machine
):
    again = {"period": HALF, "edition": 2, "now": NOW, "by": consultant}
    operations.request_review(team=team, **again)
    running = Period(date(2026, 7, 1), date(2027, 1, 1))
    operations.request_review(team=team, period=running, now=NOW, by=consultant)

    def listed(moment):
        time_machine.move_to(moment)
        page = sign_in(consultant).get(url(team))
        tasks = [(task.status, task.hint) for task in page.context["tasks"]]
        return tasks[1:3], [row.cells[2].note for row in page.context["table"].rows]

    assert listed(datetime(2027, 1, 31, 10, tzinfo=UTC)) == (
        [("draft", "Due by 31 January 2027"), ("draft", "A new edition is begun")],
        ["", "", ""],
    )

    tasks, notes = listed(datetime(2027, 2, 1, 10, tzinfo=UTC))
    assert tasks[0] == ("late", "Draft; was due by 31 January 2027")
    assert notes == ["late", "", ""]


@pytest.mark.parametrize(
    ("closed_on", "said"),
    [
        ([], "0 of 26 weeks"),
        ([date(2026, 4, 6)], "0 of 25 weeks; 1 week of agreed closure is left out"),
        (
            [date(2026, 4, 6), date(2026, 5, 4)],
            "0 of 24 weeks; 2 weeks of agreed closure are left out",
        ),
    ],
)
def test_review_says_that_agreed_closures_are_left_out(closed_on, said, team, consultant, sign_in):
    closed = {"outcome": "CANCELLED", "cancelled_reason": "AGREED_CLOSURE"}
    for monday in closed_on:
        NoteFactory(team=team, week_starts_on=monday, status="FILED", filed_at=NOW, **closed)
    review = operations.request_review(team=team, period=HALF, now=NOW, by=consultant)

    page = sign_in(consultant).get(url(team, review=review)).content.decode()

    assert f"<figcaption>Consultation was held in {said}</figcaption>" in page


def test_review_of_a_period_that_runs_calls_no_cancelled_week_a_closure(team, consultant, sign_in):
    cancelled = {"outcome": "CANCELLED", "cancelled_reason": "SICKNESS"}
    monday = date(2026, 8, 3)
    NoteFactory(team=team, week_starts_on=monday, status="FILED", filed_at=NOW, **cancelled)
    running = Period(date(2026, 7, 1), date(2027, 1, 1))
    review = operations.request_review(team=team, period=running, now=NOW, by=consultant)

    page = sign_in(consultant).get(url(team, review=review)).content.decode()

    assert "<figcaption>Consultation was held in 0 of 4 weeks</figcaption>" in page


def test_review_list_shows_commissioners_issued_reviews_only(team, draft, sign_in):
    commissioner = sign_in(person(Role.COMMISSIONER, site=team.site))

    assert "No review is issued yet" in commissioner.get(url(team)).content.decode()
    assert commissioner.get(url(team, review=draft)).status_code == 404


def test_review_create_counts_a_half_year(team, consultant, sign_in):
    client = sign_in(consultant)

    answer = client.post(url(team, "new"), {"half_year": "2026-01-01_2026-07-01"})
    review = Review.objects.get()

    assert answer.url == url(team, review=review)
    assert review.period == HALF
    assert "94.9 %" in client.get(answer.url).content.decode()


def test_review_create_takes_another_period(team, consultant, sign_in):
    sign_in(consultant).post(
        url(team, "new"),
        {"half_year": "other", "starts_on": "2026-02-01", "last_day": "2026-04-30"},
    )

    assert Review.objects.get().period == Period(date(2026, 2, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"half_year": "2026-01-01_2025-07-01"},
        {"half_year": "other"},
        {"half_year": "other", "starts_on": "2026-02-01", "last_day": "2026-01-30"},
        {"half_year": "other", "starts_on": "2099-02-01", "last_day": "2099-03-30"},
        {"half_year": "other", "starts_on": "x", "last_day": "2099-03-30"},
        {"half_year": "other", "starts_on": "0026-01-01", "last_day": "2026-06-30"},
        {"half_year": "other", "starts_on": "2026-01-01", "last_day": "9999-12-31"},
        {"half_year": "other", "starts_on": "2020-01-01", "last_day": "2026-06-30"},
    ],
)
def test_review_create_refuses_what_is_no_period(given, team, consultant, sign_in):
    answer = sign_in(consultant).post(url(team, "new"), given)

    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_review_create_says_at_the_day_why_it_is_refused(team, consultant, sign_in):
    client = sign_in(consultant)

    def told(starts_on, last_day):
        given = {"half_year": "other", "starts_on": starts_on, "last_day": last_day}
        return client.post(url(team, "new"), given).context["form"].errors

    assert told("1999-12-31", "2000-06-30") == {
        "starts_on": ["A review starts on 1 January 2000 or later."]
    }
    assert told("2026-02-01", "2026-02-02") == {
        "last_day": ["A review covers at least four weeks."]
    }
    assert told("2021-01-01", "2026-01-01") == {"last_day": ["A review covers 5 years at most."]}


def test_review_detail_shows_every_figure_of_the_snapshot(team, draft, consultant, sign_in):
    page = sign_in(consultant).get(url(team, review=draft)).content.decode()

    for figure in (
        "94.9 %",
        "76.3 %",
        "92.8 %",
        "at least 90\N{NO-BREAK SPACE}%",
        "Check and issue",
    ):
        assert figure in page


def test_review_detail_is_read_on_the_record(team, issued, sign_in):
    commissioner = person(Role.COMMISSIONER, site=team.site)

    sign_in(commissioner).get(url(team, review=issued))

    entry = AuditEntry.objects.get(action="review.read")
    assert entry.actor == commissioner
    assert entry.details["audience"] == "commissioner"


def test_review_change_keeps_the_words(team, draft, consultant, sign_in):
    client = sign_in(consultant)
    form = client.get(url(team, "change", draft)).context["form"]

    answer = client.post(
        url(team, "change", draft),
        {
            **dict.fromkeys(form.fields, ""),
            "version": form.initial["version"],
            "summary": "A steady half-year.",
            "strength_2": "Families\nstay   engaged",
            "recommendations": "Fill the post by May\n\nBook a booster",
        },
    )

    draft.refresh_from_db()
    assert answer.url == url(team, review=draft)
    assert draft.strengths == "Families stay engaged"
    assert draft.recommendations == "Fill the post by May\nBook a booster"
    assert "A steady half-year." in client.get(answer.url).content.decode()


def test_review_change_shows_a_clash_and_loses_nothing(team, draft, consultant, sign_in):
    operations.write_review(
        review=draft,
        version=1,
        words=operations.Words(Narrative("Theirs.", ("Their strength",))),
        now=NOW,
        by=consultant,
    )
    client = sign_in(consultant)
    mine = {"version": 1, "summary": "Mine.", "strength_1": "My strength"}

    answer = client.post(url(team, "change", draft), mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    for text in ("Theirs.", "Their strength", "Mine.", "My strength"):
        assert text in page
    assert client.post(url(team, "change", draft), {**mine, "version": 2}).status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "Mine."


def test_review_change_marks_what_identifies_and_keeps_the_text(team, draft, consultant, sign_in):
    client = sign_in(consultant)
    typed = {"version": 1, "summary": "Call 07700 900123 about it."}

    answer = client.post(url(team, "change", draft), typed)

    assert answer.status_code == 422
    assert "07700 900123" in answer.content.decode()
    reason = "The number of a public help line"
    assert (
        client.post(url(team, "change", draft), {**typed, "identifier_reason": reason}).status_code
        == 302
    )
    entry = AuditEntry.objects.get(action="review.written")
    assert entry.details["identifier_rules"] == ["PHONE"]
    assert "07700" not in str(entry.details)


def test_review_issue_asks_and_then_has_two_pdfs_drawn(team, draft, consultant, sign_in):
    client = sign_in(consultant)
    asked = client.get(url(team, "issue", draft)).content.decode()

    answer = client.post(url(team, "issue", draft), {"version": draft.version})
    client.post(url(team, "issue", draft), {"version": draft.version})

    assert "Check before you issue" in asked
    assert answer.url == url(team, review=draft)
    assert sorted(Document.objects.values_list("audience", flat=True)) == ["commissioner", "full"]
    page = client.get(answer.url).content.decode()
    assert "Waiting" in page
    assert "Begin a new edition" in page


def test_review_issue_waits_for_the_end_of_the_period(team, consultant, sign_in):
    running = Period(date(2026, 7, 1), date(2027, 7, 1))
    review = operations.request_review(team=team, period=running, now=NOW, by=consultant)
    client = sign_in(consultant)

    client.post(url(team, "issue", review), {"version": 1})

    review.refresh_from_db()
    assert not review.is_issued
    assert not Document.objects.exists()


def test_review_issue_refuses_a_draft_that_moved_on(team, draft, consultant, sign_in):
    operations.refresh_review(review=draft, version=1, now=NOW, by=consultant)

    answer = sign_in(consultant).post(url(team, "issue", draft), {"version": 1}, follow=True)

    draft.refresh_from_db()
    assert not draft.is_issued
    assert "Somebody changed this review" in answer.content.decode()


@pytest.mark.parametrize("page", ["change", "refresh", "discard", "issue"])
def test_issued_review_is_not_changed_by_any_page(page, team, issued, consultant, sign_in):
    before = Review.objects.values().get(pk=issued.pk)

    answer = sign_in(consultant).post(
        url(team, page, issued), {"version": issued.version, "summary": "Other words"}
    )

    assert answer.url == url(team, review=issued)
    assert Review.objects.values().get(pk=issued.pk) == before


def test_review_reissue_takes_the_edition_before_from_those_who_read_suppressed_copies(
    team, issued, consultant, sign_in
):
    """Forty families closed, then one more: from both editions its outcome could be worked out."""
    readers = {
        role: sign_in(person(role, **place))
        for role, place in {
            Role.COMMISSIONER: {"site": team.site},
            Role.STEERING_GROUP_MEMBER: {"site": team.site},
            Role.PROVIDER_MANAGER: {"site": team.site},
            Role.SUPERVISOR: {"team": team},
        }.items()
    }
    draft = operations.request_review(team=team, period=HALF, edition=2, now=NOW, by=consultant)

    def statuses(review):
        copy = Document.objects.get(audience="commissioner", subject_id=str(review.pk))
        pages = (url(team, review=review), reverse("document-status", args=[site, copy.pk]))
        return {
            role: [client.get(page).status_code for page in pages]
            for role, client in readers.items()
        }

    site = team.site.slug
    everybody = {role: [200, 200] for role in readers}
    assert statuses(issued) == everybody
    told = sign_in(consultant).get(url(team, "issue", draft)).content.decode()
    assert "cannot be called back" in told
    newest = operations.issue_review(review=draft, version=1, now=NOW, by=consultant)

    assert statuses(issued) == everybody | {
        Role.COMMISSIONER: [404, 404],
        Role.STEERING_GROUP_MEMBER: [404, 404],
    }
    assert statuses(newest) == everybody
    lists = {role: client.get(url(team)).content.decode() for role, client in readers.items()}
    assert [role for role in readers if url(team, review=issued) in lists[role]] == [
        Role.PROVIDER_MANAGER,
        Role.SUPERVISOR,
    ]
    page = readers[Role.COMMISSIONER].get(url(team, review=newest)).content.decode()
    assert url(team, review=issued) not in page


def test_review_reissue_begins_the_next_edition_once(team, issued, consultant, sign_in):
    client = sign_in(consultant)

    client.post(url(team, "reissue", issued))
    answer = client.post(url(team, "reissue", issued))

    newer = Review.objects.get(edition=2)
    assert answer.url == url(team, review=newer)
    assert newer.supersedes == issued
    assert newer.summary == "Steady work."


def test_review_discard_asks_and_deletes_the_draft(team, draft, consultant, sign_in):
    client = sign_in(consultant)
    page = client.get(url(team, review=draft)).content.decode()
    asked = client.get(url(team, "discard", draft)).content.decode()

    answer = client.post(url(team, "discard", draft), {"version": draft.version}, follow=True)

    assert f'href="{url(team, "discard", draft)}"' in page
    assert "cannot be brought back" in asked
    assert answer.redirect_chain == [(url(team), 302)]
    assert "The draft is discarded." in answer.content.decode()
    assert not Review.objects.exists()


def test_review_discard_refuses_a_draft_that_moved_on(team, draft, consultant, sign_in):
    operations.refresh_review(review=draft, version=1, now=NOW, by=consultant)

    answer = sign_in(consultant).post(url(team, "discard", draft), {"version": 1}, follow=True)

    assert "Somebody changed this review" in answer.content.decode()
    assert Review.objects.get() == draft


def test_review_discard_is_only_for_those_who_write_and_only_for_drafts(
    team, issued, consultant, sign_in
):
    again = operations.request_review(team=team, period=HALF, edition=2, now=NOW, by=consultant)
    supervisor, writer = sign_in(person(Role.SUPERVISOR, team=team)), sign_in(consultant)

    assert "discard/" not in supervisor.get(url(team, review=again)).content.decode()
    assert supervisor.post(url(team, "discard", again), {"version": 1}).status_code == 403
    assert "discard/" not in writer.get(url(team, review=issued)).content.decode()
    assert writer.get(url(team, "discard", issued)).url == url(team, review=issued)
    assert Review.objects.count() == 2


@pytest.mark.parametrize(("summary", "button"), [("", "Write"), ("Steady work.", "Change")])
def test_review_that_has_words_offers_to_change_them(
    summary, button, team, draft, consultant, sign_in
):
    said = operations.Words(Narrative(summary))
    operations.write_review(review=draft, version=1, words=said, now=NOW, by=consultant)

    page = sign_in(consultant).get(url(team, review=draft)).content.decode()

    link = page.partition(f'href="{url(team, "change", draft)}"')[2]
    assert link.partition(">")[2].startswith(button)


def test_review_pages_of_another_team_are_not_there(team, issued, sign_in):
    other = afon(slug="other", site=team.site)
    supervisor = sign_in(person(Role.SUPERVISOR, team=other))

    assert supervisor.get(url(team)).status_code == 404
    assert supervisor.get(url(team, review=issued)).status_code == 404
    assert supervisor.get(url(other, review=issued)).status_code == 404


def test_review_detail_gives_commissioners_the_suppressed_copy(team, issued, sign_in):
    page = sign_in(person(Role.COMMISSIONER, site=team.site)).get(url(team, review=issued))

    text = page.content.decode()
    assert "suppressed" in text
    assert page.context["content"].is_suppressed
    assert len(page.context["jobs"]) == 1


def test_review_detail_asks_few_queries(team, issued, consultant, sign_in, queries):
    client = sign_in(consultant)
    client.get(url(team, review=issued))

    with queries(11):
        client.get(url(team, review=issued))


def test_review_comment_is_read_by_those_who_work_on_the_draft_alone(team, issued, sign_in):
    supervisor = sign_in(person(Role.SUPERVISOR, team=team))
    form = supervisor.get(url(team, "comment", issued)).context["form"]
    given = {"comment_id": form.initial["comment_id"], "text": "The vacancy is filled."}

    answer = supervisor.post(url(team, "comment", issued), given)
    supervisor.post(url(team, "comment", issued), given)

    page = supervisor.get(answer.url).content.decode()
    assert page.count("The vacancy is filled.") == 1
    commissioner = sign_in(person(Role.COMMISSIONER, site=team.site))
    assert "vacancy is filled" not in commissioner.get(answer.url).content.decode()


def test_review_comment_that_could_identify_asks_for_a_reason(team, draft, consultant, sign_in):
    client = sign_in(consultant)
    form = client.get(url(team, "comment", draft)).context["form"]
    given = {"comment_id": form.initial["comment_id"], "text": "Ring 07700 900123."}

    refused = client.post(url(team, "comment", draft), given)

    assert refused.status_code == 422
    assert "07700 900123" in refused.content.decode()
    answer = client.post(url(team, "comment", draft), {**given, "confirmed_reason": "A help line"})
    assert answer.status_code == 302


def test_review_create_of_a_period_that_has_one_says_so(team, draft, consultant, sign_in):
    answer = sign_in(consultant).post(
        url(team, "new"), {"half_year": "2026-01-01_2026-07-01"}, follow=True
    )

    assert "There is a review of this period already" in answer.content.decode()
    assert Review.objects.count() == 1


def test_review_issue_warns_of_a_later_review_with_other_figures(team, issued, consultant, sign_in):
    following, after = Period(date(2026, 7, 1), date(2027, 1, 1)), datetime(2027, 1, 4, tzinfo=UTC)
    asked = {"team": team, "now": after, "by": consultant}
    later = operations.request_review(period=following, **asked)
    operations.issue_review(review=later, version=1, now=after, by=consultant)
    client, words = sign_in(consultant), "repeats other figures of this period"
    same = operations.request_review(period=HALF, edition=2, **asked)
    assert words not in client.get(url(team, "issue", same)).content.decode()

    import_cases(team, [[*cases()[0][:5], "NENG", "no", "no", "no"]], [])
    other = operations.refresh_review(review=same, version=1, now=after, by=consultant)

    assert words in client.get(url(team, "issue", other)).content.decode()


def test_review_issue_warns_of_a_period_that_overlaps(team, issued, consultant, sign_in):
    spring = Period(date(2026, 3, 1), date(2026, 6, 1))
    review = operations.request_review(team=team, period=spring, now=NOW, by=consultant)
    again = operations.request_review(team=team, period=HALF, edition=2, now=NOW, by=consultant)
    client = sign_in(consultant)
    words = "covers a part of this period"

    assert words in client.get(url(team, "issue", review)).content.decode()
    assert words not in client.get(url(team, "issue", again)).content.decode()

"""The page of one activity and its forms: bad days, two people at once, a submit sent twice, files and comments."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from implementation.models import Activity, Plan
from mst_sites.accounts.permissions import Role
from mst_sites.records.models import Attachment, Comment
from mst_sites.tenancy.models import Site
from tests.factories import TeamFactory, person

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def activity(plan):
    return Activity.objects.get(plan=plan, code="A2")


@pytest.fixture
def at_work(sign_in, manager):
    return sign_in(manager)


def url(activity, page=""):
    return f"/sites/demo-vale/plan/activities/{activity.pk}/" + (f"{page}/" if page else "")


def text_of(page):
    return " ".join(page.content.decode().split())


def test_activity_detail_says_what_it_is_and_what_stands_around_it(activity, at_work, queries):
    at_work.get(url(activity))

    with queries(10):
        page = at_work.get(url(activity))

    text = text_of(page)
    assert "What MST is, whom it helps" in text
    assert [line["label"][:2] for line in page.context["waits_for"]] == ["A1"]
    assert [line["label"][:2] for line in page.context["waited_by"]] == ["B1", "B2", "B5"]
    assert "No file yet" in text


def test_activity_detail_hides_files_and_comments_from_those_who_pay(
    activity, commissioner, sign_in, manager
):
    Comment.objects.create(
        site=activity.site,
        subject_type="implementation.activity",
        subject_id=str(activity.pk),
        author=manager,
        text="For the team alone",
        written_at=timezone.now(),
    )

    text = text_of(sign_in(commissioner).get(url(activity)))

    assert "For the team alone" not in text
    assert "Evidence wanted" in text
    assert "Add a file" not in text
    assert "Mark as done" not in text


def test_activity_detail_lets_a_supervisor_work_and_not_edit(activity, sign_in):
    supervisor = person(Role.SUPERVISOR, team=TeamFactory(site=activity.site))

    text = text_of(sign_in(supervisor).get(url(activity)))

    assert "Add a file" in text
    assert "Mark as done" not in text


def test_activity_change_names_owner_and_day(activity, at_work, manager):
    day = timezone.localdate() + timedelta(days=30)

    page = at_work.post(
        url(activity, "change"),
        {"version": 1, "owner": manager.pk, "forecast_on": day.isoformat(), "is_fixed": "on"},
    )

    assert page.url == url(activity)
    activity.refresh_from_db()
    assert (activity.owner, activity.forecast_on, activity.is_fixed) == (manager, day, True)


def test_activity_change_by_two_people_shows_both(activity, at_work, manager):
    Activity.objects.filter(pk=activity.pk).update(version=2, forecast_on="2027-05-05")

    page = at_work.post(
        url(activity, "change"),
        {"version": 1, "owner": manager.pk, "forecast_on": "2027-06-06"},
    )

    assert page.status_code == 409
    assert [label for label, theirs, mine in page.context["clash"]] == ["Owner", "Forecast"]
    assert Activity.objects.get(pk=activity.pk).owner is None


def test_activity_change_sent_twice_is_no_clash_with_oneself(activity, at_work, manager):
    form = {"version": 1, "owner": manager.pk, "forecast_on": "2027-06-06"}

    codes = [at_work.post(url(activity, "change"), form).status_code for _ in range(2)]

    assert codes == [302, 302]
    assert Activity.objects.get(pk=activity.pk).version == 2


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-30", "Enter a valid date"),
        ("2099-01-01", "This day is in the future."),
        ("2026-03-01", "The first enquiry was on 2 March 2026"),
    ],
)
def test_activity_complete_refuses_impossible_days(day, words, activity, at_work):
    page = at_work.post(url(activity, "complete"), {"version": 1, "completed_on": day})

    assert page.status_code == 422
    assert words in text_of(page)
    assert day in text_of(page)
    assert Plan.objects.get().completed_count == 0


def test_activity_complete_and_reopen(activity, at_work):
    form = {"version": 1, "completed_on": "2026-03-20"}
    codes = [at_work.post(url(activity, "complete"), form).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert Plan.objects.get().completed_count == 1
    assert "It is not done after all" in text_of(at_work.get(url(activity)))

    at_work.post(url(activity, "reopen"), {"version": 2})
    assert Plan.objects.get().completed_count == 0


@pytest.mark.parametrize(
    ("version", "words"), [("1", "open already"), ("7", "Look at it again first"), ("", "again")]
)
def test_activity_reopen_says_why_not(version, words, activity, at_work):
    page = at_work.post(url(activity, "reopen"), {"version": version}, follow=True)

    assert words in text_of(page)


def test_activity_exclude_and_include(activity, at_work):
    reason = "The locality knew MST already"
    at_work.post(url(activity, "exclude"), {"version": 1, "not_applicable_reason": reason})
    assert Plan.objects.get().applicable_count == 31
    assert reason in text_of(at_work.get(url(activity)))

    at_work.post(url(activity, "include"), {"version": 2})
    assert Plan.objects.get().applicable_count == 32


def test_activity_exclude_is_agreed_with_by_mst_uk_on_the_same_page(
    activity, at_work, sign_in, lead, manager
):
    Activity.objects.filter(pk=activity.pk).update(is_mandatory=True)
    provider, mst_uk, words = at_work, sign_in(lead), "Agree that it does not apply"
    provider.post(url(activity, "exclude"), {"version": 1, "not_applicable_reason": "no"})
    assert words not in text_of(provider.get(url(activity)))
    page = text_of(mst_uk.get(url(activity)))
    assert words in page
    assert manager.full_name in page
    form = mst_uk.get(url(activity, "exclude")).context["form"]
    assert form["not_applicable_reason"].value() == "no"

    stale = mst_uk.post(url(activity, "exclude"), {"version": 1, "not_applicable_reason": "no"})
    assert stale.status_code == 409
    assert not Activity.objects.get(pk=activity.pk).is_exclusion_agreed
    mst_uk.post(url(activity, "exclude"), {"version": 2, "not_applicable_reason": "no"})
    assert Activity.objects.get(pk=activity.pk).is_exclusion_agreed
    assert words not in text_of(mst_uk.get(url(activity)))


def test_activity_exclude_asks_again_where_a_family_could_be_found(activity, at_work):
    form = {"version": 1, "not_applicable_reason": "NHS number 943 476 5919"}

    refused = at_work.post(url(activity, "exclude"), form)
    assert refused.status_code == 422
    assert 'name="confirmed_reason"' in text_of(refused)

    kept = at_work.post(
        url(activity, "exclude"), {**form, "confirmed_reason": "A made-up number of a manual"}
    )
    assert kept.status_code == 302


def test_evidence_create_keeps_one_file_with_both_days(activity, at_work):
    form = {"row_id": str(uuid4()), "dated_on": "2026-03-19"}

    for _ in range(2):
        page = at_work.post(
            url(activity, "evidence"),
            {**form, "upload": SimpleUploadedFile("overview.pdf", PDF)},
        )
        assert page.url == url(activity)

    kept = Attachment.objects.about(activity).get()
    text = text_of(at_work.get(url(activity)))
    assert "overview.pdf" in text
    assert "19 Mar 2026" in text
    assert kept.sha256[:12] in text
    assert at_work.get(f"/sites/demo-vale/files/{kept.pk}/").content == PDF


def test_evidence_of_an_activity_is_not_for_those_who_pay(activity, at_work, commissioner, sign_in):
    form = {"row_id": str(uuid4()), "upload": SimpleUploadedFile("overview.pdf", PDF)}
    at_work.post(url(activity, "evidence"), form)
    kept = Attachment.objects.get()

    page = sign_in(commissioner).get(f"/sites/demo-vale/files/{kept.pk}/")

    assert page.status_code == 403


def test_evidence_create_refuses_another_kind_of_file(activity, at_work):
    page = at_work.post(
        url(activity, "evidence"),
        {"row_id": str(uuid4()), "upload": SimpleUploadedFile("tool.exe", b"MZ")},
    )

    assert page.status_code == 422
    assert page.context["form"].has_error("upload")
    assert not Attachment.objects.exists()


def test_activity_comment_is_added_once(activity, at_work):
    form = {"row_id": str(uuid4()), "text": "Sent by post as well."}

    for _ in range(2):
        page = at_work.post(url(activity, "comment"), form)
        assert page.url == f"{url(activity)}#comments"

    assert Comment.objects.count() == 1
    assert "Sent by post as well." in text_of(at_work.get(url(activity)))


def test_activity_comment_that_is_refused_is_still_in_the_form(activity, at_work):
    form = {"row_id": str(uuid4()), "text": "NHS number 943 476 5919"}

    page = at_work.post(url(activity, "comment"), form)

    assert page.status_code == 422
    assert "943 476 5919" in text_of(page)
    assert 'name="confirmed_reason"' in text_of(page)


def test_home_lists_what_one_owns_the_soonest_first(plan, at_work, manager):
    for code, day in (("C1", "2026-03-05"), ("B1", None), ("A2", "2099-01-01")):
        Activity.objects.filter(code=code).update(owner=manager, forecast_on=day)
    Activity.objects.filter(code="A1").update(owner=manager, completed_on="2026-03-05")

    page = at_work.get("/")

    assert [activity.code for activity in page.context["activities"]] == ["C1", "A2", "B1"]
    assert f"/plan/activities/{page.context['activities'][0].pk}/" in text_of(page)


def test_home_is_quiet_while_the_site_is_on_hold(plan, at_work, manager):
    Activity.objects.filter(code="C1").update(owner=manager)
    Plan.objects.update(state="ON_HOLD")

    assert not at_work.get("/").context["activities"]


def test_home_is_quiet_when_the_site_is_closed(plan, at_work, manager):
    Activity.objects.filter(code="C1").update(owner=manager)
    Plan.objects.update(state="OPEN")
    Site.objects.update(phase="CLOSED")

    assert not at_work.get("/").context["activities"]

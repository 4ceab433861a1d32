"""Answers to activities: owner and dates, done and open again, does not apply, evidence, comments."""

from datetime import date
from importlib import import_module
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from implementation.models import Activity, Plan
from implementation.operations import activities
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records.models import Attachment, Comment
from mst_sites.tenancy.versions import ClashError
from tests.factories import SiteFactory, person

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def activity(plan):
    return Activity.objects.get(plan=plan, code="A1")


def done(activity, now, by, **values):
    given = {"version": activity.version, "completed_on": DAY, **values}
    return activities.complete_activity(activity=activity, **given, now=now, by=by)


def excluded(activity, now, by, **values):
    given = {"version": activity.version, "not_applicable_reason": "Not needed here", **values}
    return activities.exclude_activity(activity=activity, **given, now=now, by=by)


def standing(plan):
    plan.refresh_from_db()
    return plan.turn, plan.turn_since, plan.completed_count, plan.applicable_count


def test_change_activity_says_who_and_when(activity, plan, manager):
    changed = activities.change_activity(
        activity=activity,
        version=1,
        owner=manager,
        forecast_on=date(2026, 3, 5),
        is_fixed=True,
        by=manager,
    )

    assert (changed.owner, changed.forecast_on, changed.is_fixed, changed.version) == (
        manager,
        date(2026, 3, 5),
        True,
        2,
    )
    plan.refresh_from_db()
    assert (plan.next_due_on, plan.version) == (date(2026, 3, 5), 1)
    entry = AuditEntry.objects.get(action="activity.changed")
    assert entry.details == {
        "code": "A1",
        "owner": str(manager.pk),
        "forecast_on": "2026-03-05",
        "is_fixed": True,
    }


def test_change_activity_may_leave_everything_open(activity, plan, manager):
    changed = activities.change_activity(
        activity=activity, version=1, owner=None, forecast_on=None, by=manager
    )

    assert (changed.owner, changed.forecast_on) == (None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"forecast_on": date(2026, 3, 1)}, "forecast_on"),
        ({"forecast_on": None, "is_fixed": True}, "forecast_on"),
        ({"owner": "stranger"}, "owner"),
    ],
)
def test_change_activity_refuses(values, field, activity, manager):
    if "owner" in values:
        values = {"owner": person(Role.PROVIDER_MANAGER, site=SiteFactory())}

    with pytest.raises(ValidationError) as refused:
        activities.change_activity(
            activity=activity,
            version=1,
            **{"owner": None, "forecast_on": DAY, **values},
            by=manager,
        )

    assert list(refused.value.error_dict) == [field]
    assert Activity.objects.get(code="A1").version == 1


def test_change_activity_keeps_an_owner_who_has_left(activity, manager):
    gone = person(Role.PROVIDER_MANAGER, site=SiteFactory())
    activity.owner = gone
    activity.save()

    changed = activities.change_activity(
        activity=activity, version=1, owner=gone, forecast_on=DAY, by=manager
    )

    assert changed.owner == gone


def test_complete_activity_passes_the_turn_on(activity, plan, manager, now):
    complete = done(activity, now, manager)

    assert (complete.completed_on, complete.version) == (DAY, 2)
    assert standing(plan) == ("MST_UK", DAY, 1, 32)
    entry = AuditEntry.objects.get(action="activity.completed")
    assert (entry.actor, entry.details["completed_on"]) == (manager, "2026-03-10")

    done(Activity.objects.get(code="A2"), now, manager, completed_on=date(2026, 3, 20))
    assert standing(plan) == ("MST_UK", date(2026, 3, 20), 2, 32)  # B5 comes before B1 and B2
    done(Activity.objects.get(code="B5"), now, manager, completed_on=date(2026, 3, 25))
    assert standing(plan) == ("COMMISSIONER", date(2026, 3, 20), 3, 32)


def test_complete_activity_again_corrects_the_day(activity, now, manager):
    first = done(activity, now, manager)

    second = done(first, now, manager, completed_on=date(2026, 3, 3))

    assert second.completed_on == date(2026, 3, 3)
    assert AuditEntry.objects.filter(
        action="activity.completed", details__before="2026-03-10"
    ).exists()


@pytest.mark.parametrize("day", [date(2026, 6, 2), date(2026, 3, 1)])
def test_complete_activity_refuses_impossible_days(day, activity, now, manager):
    with pytest.raises(ValidationError) as refused:
        done(activity, now, manager, completed_on=day)

    assert list(refused.value.error_dict) == ["completed_on"]
    assert Activity.objects.get(code="A1").completed_on is None


def test_complete_activity_refuses_what_does_not_apply(activity, now, manager):
    out = excluded(activity, now, manager)

    with pytest.raises(ValidationError, match="does not apply"):
        done(out, now, manager)


def test_reopen_activity_takes_the_day_away(activity, plan, now, manager):
    complete = done(activity, now, manager)

    reopened = activities.reopen_activity(activity=complete, version=2, by=manager)

    assert (reopened.completed_on, reopened.version) == (None, 3)
    assert standing(plan) == ("MST_UK", plan.started_on, 0, 32)
    assert AuditEntry.objects.filter(action="activity.reopened").count() == 1


def test_reopen_activity_refuses_what_is_open(activity, manager):
    with pytest.raises(ValidationError, match="open already"):
        activities.reopen_activity(activity=activity, version=1, by=manager)


def test_exclude_activity_takes_it_out_of_the_count(activity, plan, now, manager):
    out = excluded(activity, now, manager)

    assert (out.not_applicable_reason, out.is_applicable) == ("Not needed here", False)
    assert standing(plan) == ("MST_UK", plan.started_on, 0, 31)
    entry = AuditEntry.objects.get(action="activity.excluded")
    assert entry.details == {"code": "A1"}


@pytest.mark.parametrize("reason", ["", "  ", "Because of Anna Smithson, born 1 May 2012"])
def test_exclude_activity_refuses(reason, activity, now, manager):
    with pytest.raises(ValidationError) as refused:
        excluded(activity, now, manager, not_applicable_reason=reason)

    assert list(refused.value.error_dict) == ["not_applicable_reason"]


def test_exclude_activity_refuses_what_is_done(activity, now, manager):
    with pytest.raises(ValidationError, match="What is done applies"):
        excluded(done(activity, now, manager), now, manager)


def test_exclusions_from_before_are_told_by_the_audit(activity, plan, now, manager, lead):
    other = Activity.objects.get(plan=plan, code="A2")
    excluded(activity, now, manager)
    excluded(other, now, lead)
    Activity.objects.update(excluded_by=None, is_exclusion_agreed=False)

    with connection.cursor() as cursor:
        cursor.execute(import_module("implementation.migrations.0019_past_exclusions").WHO_SAID_SO)

    found = Activity.objects.exclude(excluded_by=None).order_by("code")
    said = [(each.code, each.excluded_by, each.is_exclusion_agreed) for each in found]
    assert said == [("A1", manager, False), ("A2", lead, True)]


def test_include_activity_counts_it_again(activity, plan, now, manager):
    out = excluded(activity, now, manager)

    back = activities.include_activity(activity=out, version=2, by=manager)

    assert back.not_applicable_reason == ""
    assert standing(plan)[3] == 32
    assert AuditEntry.objects.filter(action="activity.included").count() == 1


def test_include_activity_refuses_what_applies(activity, manager):
    with pytest.raises(ValidationError, match="applies already"):
        activities.include_activity(activity=activity, version=1, by=manager)


def test_attach_evidence_keeps_the_file_once(activity, now, manager):
    number = uuid4()

    for _ in range(2):
        activities.attach_evidence(
            activity=activity,
            upload=SimpleUploadedFile("note.pdf", PDF),
            dated_on=DAY,
            attachment_id=number,
            now=now,
            by=manager,
        )

    kept = Attachment.objects.about(activity).get()
    assert (kept.name, kept.dated_on, kept.site) == ("note.pdf", DAY, activity.site)
    assert AuditEntry.objects.filter(action="attachment.added").count() == 1


@pytest.mark.parametrize(
    ("name", "content", "dated_on", "field"),
    [
        ("note.exe", PDF, DAY, "upload"),
        ("note.pdf", b"no PDF", DAY, "upload"),
        ("note.pdf", PDF, date(2026, 6, 2), "dated_on"),
    ],
)
def test_attach_evidence_refuses(name, content, dated_on, field, activity, now, manager):
    with pytest.raises(ValidationError) as refused:
        activities.attach_evidence(
            activity=activity,
            upload=SimpleUploadedFile(name, content),
            dated_on=dated_on,
            now=now,
            by=manager,
        )

    assert list(refused.value.error_dict) == [field]
    assert not Attachment.objects.exists()


def test_comment_activity_hangs_it_on_the_activity(activity, manager):
    activities.comment_activity(activity=activity, text="Called them twice.", by=manager)

    assert Comment.objects.about(activity).get().text == "Called them twice."
    assert AuditEntry.objects.filter(action="comment.added").count() == 1


def test_comment_activity_refuses_what_could_identify_a_family(activity, manager):
    with pytest.raises(ValidationError):
        activities.comment_activity(activity=activity, text="NHS 943 476 5919", by=manager)

    assert not Comment.objects.exists()


CHANGES = {
    "change": lambda activity, now, by: activities.change_activity(
        activity=activity, version=1, owner=None, forecast_on=DAY, by=by
    ),
    "complete": done,
    "exclude": excluded,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_answer_refuses_a_version_that_moved_on(change, activity, now, manager):
    Activity.objects.filter(pk=activity.pk).update(version=2)

    with pytest.raises(ClashError):
        change(activity, now, manager)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_answer_is_refused_once_the_site_has_withdrawn(change, activity, now, manager):
    Plan.objects.update(state="WITHDRAWN")

    with pytest.raises(ValidationError, match="was withdrawn"):
        change(activity, now, manager)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_answer_leaves_nothing_behind_when_it_fails(
    change, activity, now, manager, broken_audit
):
    before = Activity.objects.filter(pk=activity.pk).values().get()

    with pytest.raises(broken_audit):
        change(activity, now, manager)

    assert Activity.objects.filter(pk=activity.pk).values().get() == before
    assert Plan.objects.get().completed_count == 0


@pytest.mark.parametrize("undo", [activities.reopen_activity, activities.include_activity])
def test_taking_an_answer_back_leaves_nothing_behind_when_it_fails(
    undo, activity, manager, broken_audit
):
    answer = (
        {"completed_on": DAY}
        if undo is activities.reopen_activity
        else {"not_applicable_reason": "Not here"}
    )
    Activity.objects.filter(pk=activity.pk).update(**answer)

    with pytest.raises(broken_audit):
        undo(activity=activity, version=1, by=manager)

    assert Activity.objects.filter(pk=activity.pk, **answer).exists()

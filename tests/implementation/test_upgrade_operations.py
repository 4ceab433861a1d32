"""A plan brought to another edition of its template: new words, and every answer as it was."""

from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from implementation.models import Activity, Plan, TemplateActivity
from implementation.operations import activities, templates, upgrades
from implementation.queries.upgrades import template_for_upgrade, upgrade_of
from mst_sites.audit.models import AuditEntry
from mst_sites.records.models import Attachment, Comment
from mst_sites.tenancy.versions import ClashError
from tests.factories import PlanTemplateFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
ANSWERS = ("owner_id", "forecast_on", "is_fixed", "completed_on", "not_applicable_reason")


@pytest.fixture
def edition(plan, lead, now):
    """Return a function that publishes the next edition, after a function has edited its activities."""

    def publish(edit=lambda steps: None, copied_from=None):
        copied_from = copied_from or plan.template
        draft = templates.draft_template(
            name="Next", model="standard", copied_from=copied_from, by=lead
        )
        edit(TemplateActivity.objects.filter(template=draft))
        draft = templates.describe_template(
            template=draft, version=1, name="Next", what_changed="As asked", by=lead
        )
        return templates.publish_template(template=draft, version=2, now=now, by=lead)

    return publish


def upgrade(plan, template, now, by):
    plan.refresh_from_db()
    return upgrades.upgrade_plan(
        plan=plan, version=plan.version, template=template.pk, now=now, by=by
    )


def test_upgrade_plan_takes_new_words_and_keeps_answers(plan, edition, lead, manager, now):
    a1 = Activity.objects.get(code="A1")
    activities.complete_activity(activity=a1, version=1, completed_on=DAY, now=now, by=manager)

    def edit(steps):
        steps.filter(code="A1").update(title="First call noted", duration_days=3)
        steps.filter(code="B4").delete()
        for step in steps.filter(depends_on__contains=["B4"]):
            step.depends_on.remove("B4")
            step.save()
        TemplateActivity.objects.create(
            template=steps[0].template,
            code="A3",
            stage="A",
            area="STAKEHOLDERS",
            title="Board told",
            duration_days=10,
            depends_on=["A2"],
            position=99,
        )

    template = edition(edit)
    upgraded = upgrade(plan, template, now, lead)

    a1.refresh_from_db()
    assert (a1.title, a1.duration_days, a1.completed_on) == ("First call noted", 3, DAY)
    assert not Activity.objects.filter(code="B4").exists()
    a3 = Activity.objects.get(code="A3")
    assert (a3.title, a3.forecast_on) == ("Board told", date(2026, 6, 1))
    assert (upgraded.template, upgraded.applicable_count, upgraded.completed_count) == (
        template,
        32,
        1,
    )
    told = AuditEntry.objects.get(action="plan.upgraded").details
    assert (told["added"], told["removed"], told["left_over"]) == (["A3"], ["B4"], [])
    assert told["changed"] == ["A1", "B6"]
    assert template_for_upgrade(upgraded) is None


@pytest.mark.parametrize("answer", ["done", "excluded", "owned", "fixed", "file", "comment"])
def test_upgrade_plan_leaves_over_what_was_answered(answer, plan, edition, lead, manager, now):
    f4 = Activity.objects.get(code="F4")
    {
        "done": lambda: activities.complete_activity(
            activity=f4, version=1, completed_on=DAY, now=now, by=manager
        ),
        "excluded": lambda: activities.exclude_activity(
            activity=f4, version=1, not_applicable_reason="Not here", now=now, by=manager
        ),
        "owned": lambda: activities.change_activity(
            activity=f4, version=1, owner=manager, forecast_on=DAY, by=manager
        ),
        "fixed": lambda: activities.change_activity(
            activity=f4, version=1, owner=None, forecast_on=DAY, is_fixed=True, by=manager
        ),
        "file": lambda: activities.attach_evidence(
            activity=f4,
            upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n"),
            now=now,
            by=manager,
        ),
        "comment": lambda: activities.comment_activity(activity=f4, text="Soon.", by=manager),
    }[answer]()
    before = Activity.objects.filter(pk=f4.pk).values(*ANSWERS).get()

    upgraded = upgrade(plan, edition(lambda steps: steps.filter(code="F4").delete()), now, lead)

    f4.refresh_from_db()
    assert f4.is_left_over
    assert Activity.objects.filter(pk=f4.pk).values(*ANSWERS).get() == before
    assert (upgraded.applicable_count, upgraded.completed_count) == (31, 0)
    hanging = [*Attachment.objects.about(f4), *Comment.objects.about(f4)]
    assert len(hanging) == (answer in ("file", "comment"))


def test_upgrade_plan_takes_back_what_was_left_over(plan, edition, lead, now):
    first = plan.template
    Activity.objects.filter(code="F4").update(completed_on=DAY)
    upgrade(plan, edition(lambda steps: steps.filter(code="F4").delete()), now, lead)

    back = upgrade(plan, edition(copied_from=first), now, lead)

    f4 = Activity.objects.get(code="F4")
    assert (f4.is_left_over, f4.completed_on) == (False, DAY)
    assert back.applicable_count == 32


@pytest.mark.parametrize("seed", range(6))
def test_upgrade_plan_loses_no_answer_whatever_changes(seed, plan, edition, lead, now):
    random = Random(seed)  # noqa: S311 - the same answers each time
    for activity in Activity.objects.all():
        chosen = random.choice(["done", "excluded", "owned", "fixed", "nothing"])
        Activity.objects.filter(pk=activity.pk).update(
            completed_on=DAY if chosen == "done" else None,
            not_applicable_reason="Not here" if chosen == "excluded" else "",
            owner=lead if chosen == "owned" else None,
            is_fixed=chosen == "fixed",
        )
    before = {row["pk"]: row for row in Activity.objects.values("pk", "code", *ANSWERS)}

    def edit(steps):
        for step in list(steps):
            step.depends_on = []
            step.title = random.choice([step.title, "Another title"])
            step.save()
            if random.random() < 0.4:
                step.delete()

    template = edition(edit)
    upgrade(plan, template, now, lead)

    after = {row["pk"]: row for row in Activity.objects.values("pk", "code", *ANSWERS)}
    bare = {"owner_id": None, "is_fixed": False, "completed_on": None, "not_applicable_reason": ""}
    gone = {row["code"] for pk, row in before.items() if pk not in after}
    assert gone == {
        row["code"]
        for row in before.values()
        if row["code"] not in {step.code for step in template.activities.all()}
        and row.items() >= bare.items()
    }
    assert {pk: after[pk] for pk in before.keys() & after.keys()} == {
        pk: row for pk, row in before.items() if pk in after
    }


def test_upgrade_of_says_beforehand_what_the_upgrade_does(plan, edition):
    def edit(steps):
        steps.filter(code="A1").update(title="First call noted")
        steps.filter(code="F4").delete()

    template = edition(edit)

    told = upgrade_of(plan, template)

    assert [(a.code, fields) for a, _step, fields in told.changed] == [("A1", ("title",))]
    assert [a.code for a in told.removed] == ["F4"]
    assert not told.is_empty
    assert Activity.objects.count() == 32


ANOTHER = "Another edition has come into use since"


def test_upgrade_plan_refuses_what_is_not_in_use(plan, lead, now):
    with pytest.raises(ValidationError, match=ANOTHER):
        upgrade(plan, PlanTemplateFactory(), now, lead)


def test_upgrade_plan_refuses_an_edition_that_another_has_replaced(plan, edition, lead, now):
    seen = edition()
    edition(copied_from=seen)

    with pytest.raises(ValidationError, match=ANOTHER):
        upgrade(plan, seen, now, lead)


@pytest.mark.parametrize("version", [1, 2])
def test_upgrade_plan_twice_is_done_once(version, plan, edition, lead, now):
    template = edition()
    upgrade(plan, template, now, lead)

    again = upgrades.upgrade_plan(
        plan=plan, version=version, template=template.pk, now=now, by=lead
    )

    assert (again.template, again.version) == (template, 2)
    assert AuditEntry.objects.filter(action="plan.upgraded").count() == 1


def test_upgrade_plan_of_a_withdrawn_site_is_refused(plan, edition, lead, now):
    Plan.objects.update(state="WITHDRAWN")

    with pytest.raises(ValidationError, match="was withdrawn"):
        upgrade(plan, edition(), now, lead)


def test_upgrade_plan_refuses_a_version_that_moved_on(plan, edition, lead, now):
    template = edition()
    Plan.objects.update(version=5)

    with pytest.raises(ClashError):
        upgrades.upgrade_plan(plan=plan, version=1, template=template.pk, now=now, by=lead)


def test_upgrade_plan_leaves_nothing_behind_when_it_fails(plan, edition, lead, now, request):
    template = edition(lambda steps: steps.filter(code="F4").delete())
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        upgrade(plan, template, now, lead)

    assert Activity.objects.filter(code="F4").exists()
    assert Plan.objects.get().template_id != template.pk

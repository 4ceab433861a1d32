"""Activities of one site's own: added beside those of the template, asked for by gates, kept by every upgrade."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from implementation.models import Activity, Plan, TemplateActivity
from implementation.operations import activities, local_activities, templates, upgrades
from implementation.queries.gates import gate_state
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
WORDS = {
    "title": "Agree the transfer of staff",
    "purpose": "The provider takes over a team of another service.",
    "evidence": "letter",
    "area": "RECRUITMENT",
    "lead": "PROVIDER",
    "is_mandatory": True,
    "duration_days": 30,
    "depends_on": ["A1"],
}


def add(plan, by, now, **changes):
    given = {"stage": "B", **WORDS, **changes}
    return local_activities.add_activity(plan=plan, **given, now=now, by=by)


def describe(activity, by, now, **changes):
    return local_activities.describe_activity(
        activity=activity, version=activity.version, **{**WORDS, **changes}, now=now, by=by
    )


def test_add_activity_stands_beside_the_template(plan, lead, now):
    first = Activity.objects.get(plan=plan, code="A1")

    added = add(plan, lead, now)

    added.refresh_from_db()
    assert (added.code, added.stage, added.is_local, added.version) == ("BL1", "B", True, 1)
    assert added.forecast_on == max(first.forecast_on + timedelta(days=30), TODAY)
    plan.refresh_from_db()
    assert plan.applicable_count == 33
    entry = AuditEntry.objects.get(action="activity.added")
    assert (entry.actor, entry.details["code"]) == (lead, "BL1")
    assert "transfer" not in str(entry.details)
    assert add(plan, lead, now, depends_on=["BL1"]).code == "BL2"


def test_a_mandatory_one_is_asked_for_by_its_gate(plan, lead, now):
    def asked():
        plan.refresh_from_db()
        return {c.code for c in gate_state(plan.site, plan, "GO", today=TODAY).obstacles}

    activity = add(plan, lead, now)
    assert "BL1" in asked()
    activities.complete_activity(activity=activity, version=1, completed_on=TODAY, now=now, by=lead)
    add(plan, lead, now, is_mandatory=False)
    assert not {"BL1", "BL2"} & asked()


def test_add_activity_twice_is_one(plan, lead, now):
    number = uuid4()
    for _twice in range(2):
        add(plan, lead, now, activity_id=number)

    assert Activity.objects.filter(is_local=True).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "Call 07700 900123"}, "title"),
        ({"depends_on": ["B9"]}, "depends_on"),
        ({"depends_on": ["BL1"]}, "depends_on"),
        ({"stage": "X"}, "code"),
        ({"area": "NOTHING"}, "area"),
        ({"duration_days": 1_000}, "duration_days"),
    ],
)
def test_add_activity_refuses(changes, field, plan, lead, now):
    with pytest.raises(ValidationError) as refusal:
        add(plan, lead, now, **changes)

    assert field in refusal.value.message_dict
    assert not Activity.objects.filter(is_local=True).exists()


def test_add_activity_refuses_a_tenth_in_a_stage_and_a_withdrawn_site(plan, lead, now):
    for _number in range(9):
        add(plan, lead, now)

    with pytest.raises(ValidationError, match="9 activities of the site's own already"):
        add(plan, lead, now)
    assert add(plan, lead, now, stage="C").code == "CL1"
    Plan.objects.filter(pk=plan.pk).update(state="WITHDRAWN")
    with pytest.raises(ValidationError, match="withdrawn"):
        add(plan, lead, now, stage="C")


def test_describe_activity_changes_words_and_keeps_answers(plan, lead, now):
    activity = add(plan, lead, now)
    day = activity.forecast_on

    described = describe(activity, lead, now, title="Agree who employs whom", depends_on=["A2"])

    described.refresh_from_db()
    assert (described.title, described.depends_on) == ("Agree who employs whom", ["A2"])
    assert (described.code, described.forecast_on, described.version) == ("BL1", day, 2)
    entry = AuditEntry.objects.get(action="activity.described")
    assert entry.details["changed"] == ["title", "depends_on"]


def test_describe_activity_refuses_circles_clashes_and_the_templates(plan, lead, now):
    one = add(plan, lead, now)
    add(plan, lead, now, depends_on=["BL1"])

    with pytest.raises(ValidationError, match="BL1 → BL2 → BL1"):
        describe(one, lead, now, depends_on=["BL2"])
    describe(one, lead, now, title="First")
    with pytest.raises(ClashError):
        describe(one, lead, now, title="Second")
    with pytest.raises(ValidationError, match="it changes there"):
        describe(Activity.objects.get(plan=plan, code="A1"), lead, now)


def test_local_activities_leave_nothing_behind(plan, lead, now, request):
    activity = add(plan, lead, now)
    broken = request.getfixturevalue("broken_audit")

    for act in (lambda: add(plan, lead, now), lambda: describe(activity, lead, now, title="x")):
        with pytest.raises(broken):
            act()

    assert Activity.objects.get(is_local=True).title == WORDS["title"]


def test_upgrade_plan_leaves_local_activities_as_they_are(plan, lead, now):
    add(plan, lead, now, stage="B", depends_on=["A1", "B2"])
    draft = templates.draft_template(
        name="Next", model="standard", copied_from=plan.template, by=lead
    )
    TemplateActivity.objects.filter(template=draft, code="B2").delete()
    for step in TemplateActivity.objects.filter(template=draft, depends_on__contains=["B2"]):
        step.depends_on.remove("B2")
        step.save()
    draft = templates.describe_template(
        template=draft, version=1, name="Next", what_changed="Less", by=lead
    )
    newer = templates.publish_template(template=draft, version=2, now=now, by=lead)
    plan.refresh_from_db()

    upgraded = upgrades.upgrade_plan(
        plan=plan, version=plan.version, template=newer.pk, now=now, by=lead
    )

    kept = Activity.objects.get(plan=plan, is_local=True)
    assert (kept.code, kept.title, kept.is_left_over) == ("BL1", WORDS["title"], False)
    assert kept.depends_on == ["A1"]
    assert upgraded.applicable_count == 32


PLAN = "/sites/demo-vale/plan/"


def typed(client, address, **values):
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {k: v for k, v in {**given, **values}.items() if v is not None}


def test_activity_create_adds_one_that_is_marked_as_local(plan, sign_in):
    client = sign_in(person(Role.MST_UK_STAFF))
    words = {**WORDS, "is_mandatory": "on", "stage": "C"}
    sent = typed(client, f"{PLAN}activities/new/", **words)

    for _twice in range(2):
        answer = client.post(f"{PLAN}activities/new/", sent)

    added = Activity.objects.get(is_local=True)
    assert answer.url == f"{PLAN}activities/{added.pk}/"
    page = client.get(answer.url).text
    assert "CL1 Agree the transfer of staff" in page
    assert "added for this site" in page
    rows = [row for group in client.get(PLAN).context["groups"] for row in group.table.rows]
    assert [str(row.cells[0].text) for row in rows if "local" in str(row.cells[0].note)] == [
        "CL1 Agree the transfer of staff"
    ]


def test_activity_create_keeps_what_was_typed_when_it_is_refused(plan, lead, sign_in):
    client = sign_in(lead)
    sent = typed(client, f"{PLAN}activities/new/", **{**WORDS, "title": "Call 07700 900123"})

    answer = client.post(f"{PLAN}activities/new/", sent)

    assert answer.status_code == 422
    assert "Call 07700 900123" in answer.text
    assert 'value="B2"' in answer.text


def test_activity_describe_is_for_local_ones_alone(plan, lead, now, sign_in):
    activity = add(plan, lead, now)
    client = sign_in(lead)
    address = f"{PLAN}activities/{activity.pk}/words/"

    answer = client.post(address, typed(client, address, title="Agree who employs whom"))

    assert answer.status_code == 302
    activity.refresh_from_db()
    assert activity.title == "Agree who employs whom"
    of_the_template = Activity.objects.get(plan=plan, code="A1")
    assert client.get(f"{PLAN}activities/{of_the_template.pk}/words/").status_code == 404

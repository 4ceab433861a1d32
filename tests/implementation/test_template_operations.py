"""Templates: drafted, edited without circles, published in place of the one before, never changed after."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from implementation.models import PlanTemplate, TemplateActivity
from implementation.operations import templates
from implementation.queries.templates import differences_between
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import PlanTemplateFactory, TemplateActivityFactory

pytestmark = pytest.mark.django_db

STEP = {
    "area": "NEEDS",
    "title": "A new one",
    "purpose": "",
    "evidence": "",
    "lead": "PROVIDER",
    "is_mandatory": True,
    "duration_days": 7,
    "depends_on": ["A1"],
    "sic_stage": None,
}


@pytest.fixture
def standard():
    return PlanTemplate.objects.published().get(model="standard")


@pytest.fixture
def draft(standard, lead):
    return templates.draft_template(name="Second", model="standard", copied_from=standard, by=lead)


def save(draft, by, step=None, **values):
    draft.refresh_from_db()
    return templates.save_step(
        template=draft, version=draft.version, step=step, **{"code": "A3", **STEP, **values}, by=by
    )


def publish(draft, by, now):
    draft.refresh_from_db()
    draft = templates.describe_template(
        template=draft, version=draft.version, name="Second", what_changed="Shorter", by=by
    )
    return templates.publish_template(template=draft, version=draft.version, now=now, by=by)


def step(draft, code):
    return TemplateActivity.objects.get(template=draft, code=code)


def test_draft_template_copies_the_edition_in_use(draft, standard):
    assert (draft.number, draft.state, draft.activities.count()) == (2, "DRAFT", 32)
    assert differences_between(standard, draft) == []
    assert AuditEntry.objects.get(action="plan-template.drafted").details == {
        "model": "standard",
        "nation": "",
        "copied_from": standard.pk,
    }


def test_draft_template_of_another_nation_begins_with_its_first_edition(standard, lead):
    draft = templates.draft_template(name="Wales", model="standard", nation="WALES", by=lead)

    assert (draft.number, draft.activities.count()) == (1, 0)


def test_draft_template_twice_is_refused_in_words(draft, standard, lead):
    with pytest.raises(ValidationError, match="There is a draft"):
        templates.draft_template(name="Third", model="standard", copied_from=standard, by=lead)


def test_save_step_adds_and_changes(draft, standard, lead):
    added = save(draft, lead)
    assert (added.stage, added.depends_on, added.position) == ("A", ["A1"], 32)

    save(draft, lead, step=added, title="Renamed")
    save(draft, lead, step=step(draft, "A1"), code="A9", depends_on=[])

    assert step(draft, "A3").title == "Renamed"
    assert step(draft, "A2").depends_on == ["A9"]
    kinds = {d.code: d.kind for d in differences_between(standard, draft)}
    assert kinds == {"A1": "removed", "A2": "changed", "A3": "added", "A9": "added"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": "A1", "depends_on": ["A2"]}, "A1 → A2 → A1|A2 → A1 → A2"),
        ({"code": "A1", "depends_on": ["A1"]}, "A1 → A1"),
        ({"code": "A1", "depends_on": ["F1"]}, "in a circle"),
        ({"code": "A1", "depends_on": ["C77"]}, "C77, which is not in the template"),
        ({"code": "A2"}, "Another activity has this code"),
        ({"code": "Z1"}, "letter of the stage"),
        ({"code": "A1", "duration_days": 731, "depends_on": []}, "730"),
    ],
)
def test_save_step_refuses(values, words, draft, lead):
    before = list(TemplateActivity.objects.filter(template=draft).order_by("code").values())

    with pytest.raises(ValidationError, match=words):
        save(draft, lead, step=step(draft, "A1"), **values)

    assert list(TemplateActivity.objects.filter(template=draft).order_by("code").values()) == before


def test_remove_step_frees_whatever_waited(draft, lead):
    templates.remove_step(template=draft, version=1, step=step(draft, "A1"), by=lead)

    assert not draft.activities.filter(code="A1").exists()
    assert step(draft, "A2").depends_on == []
    assert AuditEntry.objects.filter(action="plan-template.activity-removed").count() == 1


def test_move_step_changes_places_within_its_stage(draft, lead):
    def order():
        return [s.code for s in draft.activities.filter(stage="A").order_by("position")]

    for expected in (["A2", "A1"], ["A2", "A1"]):
        draft.refresh_from_db()
        templates.move_step(
            template=draft, version=draft.version, step=step(draft, "A2"), up=True, by=lead
        )
        assert order() == expected
    draft.refresh_from_db()
    templates.move_step(
        template=draft, version=draft.version, step=step(draft, "A2"), up=False, by=lead
    )
    assert order() == ["A1", "A2"]


def test_publish_template_takes_the_place_of_the_one_before(draft, standard, lead, now):
    published = publish(draft, lead, now)

    standard.refresh_from_db()
    assert (published.state, published.published_by, published.published_at) == (
        "PUBLISHED",
        lead,
        now,
    )
    assert standard.state == "RETIRED"
    assert AuditEntry.objects.get(action="plan-template.published").details["number"] == 2


def test_publish_template_asks_what_changed(draft, lead, now):
    with pytest.raises(ValidationError, match="Say what changed"):
        templates.publish_template(template=draft, version=1, now=now, by=lead)


def test_publish_template_without_activities_is_refused(lead, now):
    empty = templates.draft_template(name="Empty", model="can", by=lead)

    with pytest.raises(ValidationError, match="without activities"):
        templates.publish_template(template=empty, version=1, now=now, by=lead)


def test_a_published_template_never_changes(standard, lead, now):
    a1 = step(standard, "A1")
    acts = [
        lambda v: templates.describe_template(
            template=standard, version=v, name="x", what_changed="", by=lead
        ),
        lambda v: save(standard, lead),
        lambda v: templates.remove_step(template=standard, version=v, step=a1, by=lead),
        lambda v: templates.move_step(template=standard, version=v, step=a1, up=True, by=lead),
        lambda v: templates.publish_template(template=standard, version=v, now=now, by=lead),
        lambda v: templates.discard_template(template=standard, version=v, by=lead),
    ]
    for act in acts:
        with pytest.raises(templates.PublishedTemplateError):
            act(standard.version)


def test_retire_template_takes_it_out_of_use(lead, now):
    can = templates.draft_template(name="CAN", model="can", by=lead)
    save(can, lead, code="A1", depends_on=[])
    can.refresh_from_db()
    can = templates.publish_template(template=can, version=can.version, now=now, by=lead)

    retired = templates.retire_template(template=can, version=can.version, by=lead)

    assert retired.state == "RETIRED"
    with pytest.raises(ValidationError, match="Only an edition in use"):
        templates.retire_template(template=retired, version=retired.version, by=lead)


def test_retire_template_keeps_the_one_that_all_fall_back_on(standard, lead):
    with pytest.raises(ValidationError, match="publish another"):
        templates.retire_template(template=standard, version=standard.version, by=lead)


def test_discard_template_throws_a_draft_away(draft, standard, lead):
    templates.discard_template(template=draft, version=1, by=lead)

    assert PlanTemplate.objects.get() == standard
    assert AuditEntry.objects.filter(action="plan-template.discarded").count() == 1


ACTS = {
    "describe": lambda d, by, now: templates.describe_template(
        template=d, version=1, name="x", what_changed="y", by=by
    ),
    "save": lambda d, by, now: templates.save_step(template=d, version=1, code="A3", **STEP, by=by),
    "remove": lambda d, by, now: templates.remove_step(
        template=d, version=1, step=step(d, "A1"), by=by
    ),
    "move": lambda d, by, now: templates.move_step(
        template=d, version=1, step=step(d, "A1"), up=False, by=by
    ),
    "publish": lambda d, by, now: templates.publish_template(template=d, version=1, now=now, by=by),
    "discard": lambda d, by, now: templates.discard_template(template=d, version=1, by=by),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_template_refuses_a_version_that_moved_on(act, draft, lead, now):
    PlanTemplate.objects.filter(pk=draft.pk).update(version=2, what_changed="More")

    with pytest.raises(ClashError):
        act(draft, lead, now)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_template_is_left_as_it_was_when_it_fails(act, draft, lead, now, broken_audit):
    PlanTemplate.objects.filter(pk=draft.pk).update(what_changed="More")
    before = list(PlanTemplate.objects.order_by("pk").values())
    steps = list(TemplateActivity.objects.order_by("pk").values())

    with pytest.raises(broken_audit):
        act(draft, lead, now)

    assert list(PlanTemplate.objects.order_by("pk").values()) == before
    assert list(TemplateActivity.objects.order_by("pk").values()) == steps


@pytest.mark.parametrize("act", ["draft", "retire"])
def test_templates_leave_nothing_behind_when_it_fails(act, standard, lead, broken_audit):
    welsh = PlanTemplateFactory(nation="WALES", state="PUBLISHED")

    with pytest.raises(broken_audit):
        if act == "draft":
            templates.draft_template(name="x", model="can", copied_from=standard, by=lead)
        else:
            templates.retire_template(template=welsh, version=welsh.version, by=lead)

    assert set(PlanTemplate.objects.values_list("pk", "state")) == {
        (standard.pk, "PUBLISHED"),
        (welsh.pk, "PUBLISHED"),
    }


FROZEN = {
    "its name": "update implementation_plantemplate set name = 'Other' where state = %s",
    "its nation": "update implementation_plantemplate set nation = 'WALES' where state = %s",
    "what changed": "update implementation_plantemplate set what_changed = 'All' where state = %s",
    "its day": "update implementation_plantemplate set published_at = now() where state = %s",
    "back to a draft": "update implementation_plantemplate set state = 'DRAFT' where state = %s",
    "out of use with another name": (
        "update implementation_plantemplate set state = 'RETIRED', name = 'Other' where state = %s"
    ),
    "the edition": "delete from implementation_plantemplate where state = %s",
    "words of an activity": (
        "update implementation_templateactivity a set title = 'Other' "
        "from implementation_plantemplate t where t.id = a.template_id and t.state = %s"
    ),
    "an activity away": (
        "delete from implementation_templateactivity a "
        "using implementation_plantemplate t where t.id = a.template_id and t.state = %s"
    ),
    "an activity into it": (
        "update implementation_templateactivity a set code = 'A9', template_id = t.id "
        "from implementation_plantemplate t where t.state = %s and a.template_id <> t.id"
    ),
    "an activity more": (
        "insert into implementation_templateactivity (code, stage, area, title, purpose, evidence, lead, "
        "is_mandatory, duration_days, depends_on, position, template_id) "
        "select 'A9', 'A', 'NEEDS', 'More', '', '', 'PROVIDER', true, 1, '{}', 99, t.id "
        "from implementation_plantemplate t where t.state = %s"
    ),
}


@pytest.mark.parametrize("state", ["PUBLISHED", "RETIRED"])
@pytest.mark.parametrize("change", FROZEN)
def test_what_was_published_is_frozen_in_the_database_too(change, state, standard):
    TemplateActivityFactory(code="A1", template__model="can")
    if state == "RETIRED":
        PlanTemplate.objects.filter(pk=standard.pk).update(state="RETIRED", version=2)

    with (
        pytest.raises(DatabaseError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(FROZEN[change], [state])

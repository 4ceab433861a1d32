"""The pages of MST UK's templates, and the page on which a plan is upgraded to one."""

import pytest

from implementation.models import Activity, Plan, PlanTemplate, TemplateActivity
from implementation.operations import templates
from mst_sites.accounts.permissions import Role
from tests.factories import person

pytestmark = pytest.mark.django_db

TEMPLATES = "/set-up-templates/"


@pytest.fixture
def standard():
    return PlanTemplate.objects.published().get(model="standard")


@pytest.fixture
def draft(standard, lead):
    return templates.draft_template(name="Second", model="standard", copied_from=standard, by=lead)


@pytest.fixture
def at_work(sign_in, lead):
    return sign_in(lead)


def text_of(page):
    return " ".join(page.content.decode().split())


def step(template, code):
    return TemplateActivity.objects.get(template=template, code=code)


def url(template, page="", of=None):
    middle = f"activities/{of.code}/" if of else ""
    return f"{TEMPLATES}{template.address}/{middle}" + (f"{page}/" if page else "")


def send(client, template, page, of=None, **values):
    template.refresh_from_db()
    given = {"version": template.version, **values}
    return client.post(url(template, page, of), given, follow=True)


STEP = {
    "code": "A3",
    "title": "Board told",
    "area": "FUNDING",
    "lead": "COMMISSIONER",
    "duration_days": "9",
    "depends_on": ["A2"],
    "sic_stage": "1",
}


@pytest.mark.parametrize("number", [1, 3])
def test_template_list_shows_every_edition(number, standard, draft, lead, at_work, queries):
    for nation in ("WALES", "SCOTLAND")[: number - 1]:
        templates.draft_template(name=nation, model="standard", nation=nation, by=lead)
    at_work.get(TEMPLATES)

    with queries(5):
        page = at_work.get(TEMPLATES)

    assert len(page.context["table"].rows) == number + 1


def test_step_change_reads_the_draft_and_its_activity_once(draft, at_work, queries):
    address = f"{TEMPLATES}{draft.address}/activities/A1/change/"
    at_work.get(address)

    with queries(7):
        assert at_work.get(address).status_code == 200


def test_template_create_begins_with_the_edition_that_one_comes_from(standard, at_work):
    page = at_work.get(f"{TEMPLATES}new/?from={standard.address}")
    initial = page.context["form"].initial
    assert (initial["copied_from"], initial["model"]) == (standard.pk, "standard")

    made = at_work.post(f"{TEMPLATES}new/", {**initial, "nation": "WALES"})

    draft = PlanTemplate.objects.get(state="DRAFT")
    assert (made.url, draft.nation) == (url(draft), "WALES")
    assert draft.activities.count() == 32


def test_template_create_twice_is_one_draft(draft, standard, at_work):
    form = {"name": "Again", "model": "standard", "copied_from": standard.pk}

    page = at_work.post(f"{TEMPLATES}new/", form)

    assert page.status_code == 422
    assert "There is a draft" in text_of(page)


def test_template_detail_of_a_draft_shows_what_differs(draft, at_work):
    assert "Nothing differs" in text_of(at_work.get(url(draft)))
    send(at_work, draft, "activities/new", **STEP)
    TemplateActivity.objects.filter(template=draft, code="A1").update(title="First call")

    text = text_of(at_work.get(url(draft)))

    assert "A3 Board told" in text
    assert "What changes against the edition in use" in text


def test_template_detail_of_the_edition_in_use_cannot_be_edited(standard, at_work):
    text = text_of(at_work.get(url(standard)))

    assert "Take out of use" in text
    assert "Add an activity" not in text


def test_step_change_names_the_circle(draft, at_work):
    a1 = step(draft, "A1")

    page = send(at_work, draft, "change", a1, **{**STEP, "code": "A1", "depends_on": ["A2"]})

    assert page.status_code == 422
    assert "in a circle: A" in text_of(page)
    assert step(draft, "A1").depends_on == []


def test_step_change_by_two_people_is_told(draft, at_work):
    a1 = step(draft, "A1")
    PlanTemplate.objects.filter(pk=draft.pk).update(version=4)

    page = at_work.post(url(draft, "change", a1), {**STEP, "code": "A1", "version": 1})

    assert page.status_code == 409
    assert "Board told" in text_of(page)


def test_steps_are_changed_moved_and_taken_out(draft, at_work):
    send(at_work, draft, "change", step(draft, "A1"), **{**STEP, "code": "A1", "depends_on": []})
    send(at_work, draft, "move", step(draft, "A1"), to="down")
    send(at_work, draft, "remove", step(draft, "F4"))

    codes = [s.code for s in draft.activities.order_by("stage", "position")]
    assert codes[:2] == ["A2", "A1"]
    assert "F4" not in codes
    assert step(draft, "A1").title == "Board told"


def test_template_publish_asks_what_changed_and_takes_its_place(draft, standard, at_work):
    assert "Say what changed" in text_of(send(at_work, draft, "publish"))
    send(at_work, draft, "change", name="Second", what_changed="Nothing but the name")

    send(at_work, draft, "publish")

    standard.refresh_from_db()
    draft.refresh_from_db()
    assert (standard.state, draft.state) == ("RETIRED", "PUBLISHED")


def test_template_button_pressed_on_an_old_page_is_told(draft, at_work):
    page = at_work.post(url(draft, "discard"), {"version": "x"}, follow=True)

    assert "Look at it again first" in text_of(page)
    assert PlanTemplate.objects.filter(pk=draft.pk).exists()


def test_template_discard_leads_to_the_list(draft, at_work):
    page = at_work.post(url(draft, "discard"), {"version": 1})

    assert page.url == TEMPLATES
    assert not PlanTemplate.objects.filter(pk=draft.pk).exists()


def test_template_retire_keeps_the_last_one(standard, at_work):
    assert "publish another" in text_of(send(at_work, standard, "retire"))


def test_template_change_of_what_was_published_is_told(standard, at_work):
    page = at_work.get(url(standard, "change"), follow=True)

    assert "cannot change" in text_of(page)


def test_templates_are_for_the_lead_alone(standard, sign_in):
    assert sign_in(person(Role.MST_UK_STAFF)).get(TEMPLATES).status_code == 403


def test_plan_upgrade_shows_what_will_change_and_does_it(plan, draft, lead, at_work, now):
    TemplateActivity.objects.filter(template=draft, code="A1").update(title="First call")
    step(draft, "F4").delete()
    described = templates.describe_template(
        template=draft, version=1, name="Second", what_changed="No first review", by=lead
    )
    template = templates.publish_template(template=described, version=2, now=now, by=lead)
    assert "A newer edition" in text_of(at_work.get("/sites/demo-vale/plan/"))

    page = at_work.get("/sites/demo-vale/plan/upgrade/")

    text = text_of(page)
    assert "No first review" in text
    assert [row.cells[0][:2] for row in page.context["table"].rows] == ["A1", "F4"]
    assert Activity.objects.filter(code="F4").exists()

    form = {"version": 1, "template": template.pk}
    done = at_work.post("/sites/demo-vale/plan/upgrade/", form)
    assert done.url == "/sites/demo-vale/plan/"
    assert Plan.objects.get().template == template
    again = at_work.post("/sites/demo-vale/plan/upgrade/", form)
    assert again.url == "/sites/demo-vale/plan/"
    assert Plan.objects.get().version == 2
    assert "newest edition" in text_of(at_work.get("/sites/demo-vale/plan/upgrade/"))


@pytest.mark.parametrize("address", ["nonsense", "standard-all-9", "standard-all-x", "can-wales-1"])
def test_template_detail_of_no_edition_is_not_there(address, at_work):
    assert at_work.get(f"{TEMPLATES}{address}/").status_code == 404


def test_template_addresses_name_model_nation_and_edition(lead, at_work):
    draft = templates.draft_template(name="x", model="can", nation="NORTHERN_IRELAND", by=lead)

    assert draft.address == "can-northern_ireland-1"
    assert at_work.get(url(draft)).status_code == 200

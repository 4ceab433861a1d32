"""The pages of a site's plan: the journey at a glance, its opening day, its dates and its moves."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from implementation.models import Activity, OpeningChange, Plan, PlanTemplate, StageTransition
from implementation.operations import plans
from mst_sites.accounts.permissions import Role
from tests.factories import SiteFactory, person

pytestmark = pytest.mark.django_db

PLAN = "/sites/demo-vale/plan/"
SOON = timezone.localdate() + timedelta(days=200)


@pytest.fixture
def at_work(sign_in, lead):
    return sign_in(lead)


def text_of(page):
    return " ".join(page.content.decode().split())


def test_plan_detail_before_there_is_one_says_what_to_do(site, at_work, sign_in, commissioner):
    for client, words in ((at_work, "plan/start/"), (sign_in(commissioner), "MST UK begins it")):
        page = client.get(PLAN)

        assert page.status_code == 200
        assert words in text_of(page)


def test_plan_detail_shows_the_journey(plan, at_work, queries):
    Activity.objects.filter(code="A1").update(completed_on=date(2026, 3, 4))
    at_work.get(PLAN)

    with queries(10):
        page = at_work.get(PLAN)

    text = text_of(page)
    assert [step.done for step in page.context["stages"]] == [1, 0, 0, 0, 0, 0]
    assert [step.applicable for step in page.context["stages"]] == [2, 6, 8, 5, 7, 4]
    assert sum(len(group.table.rows) for group in page.context["groups"]) == 32
    assert [each.label for each in page.context["coming"]] == ["A2 Overview information sent"]
    assert "waits for A2" in text
    assert "From the template “Site development, standard MST”, edition 1." in text


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("?area=NEEDS", ["B1", "B2"]),
        ("?show=mine", ["C1"]),
        ("?area=NEEDS&show=mine", []),
        ("?area=nonsense", None),
    ],
)
def test_plan_detail_narrows(asked, codes, plan, lead, at_work):
    Activity.objects.filter(code="C1").update(owner=lead)

    page = at_work.get(PLAN + asked)

    shown = [row.cells[0].text[:2] for group in page.context["groups"] for row in group.table.rows]
    assert shown == codes if codes is not None else len(shown) == 32


def test_plan_detail_narrows_to_what_is_overdue_and_open(plan, at_work, site):
    later = timezone.localdate() + timedelta(days=9)
    Activity.objects.exclude(code="B1").update(forecast_on=later)
    Activity.objects.filter(code="B1").update(forecast_on=date(2026, 3, 3))
    Activity.objects.filter(code="A1").update(completed_on=date(2026, 3, 3))

    overdue = at_work.get(f"{PLAN}?show=overdue").context["groups"]
    still_open = at_work.get(f"{PLAN}?show=open").context["groups"]

    assert [row.cells[1].text for group in overdue for row in group.table.rows] == ["Overdue"]
    assert sum(len(group.table.rows) for group in still_open) == 31


def test_plan_start_begins_and_leads_to_the_plan(site, at_work):
    page = at_work.post(f"{PLAN}start/", {"started_on": "2026-03-02"})

    assert (page.status_code, page.url) == (302, PLAN)
    assert Activity.objects.filter(site=site).count() == 32


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-30", "Enter a valid date"),
        ("2099-01-01", "cannot be in the future"),
        ("", "still empty"),
    ],
)
def test_plan_start_refuses_impossible_days(day, words, site, at_work):
    page = at_work.post(f"{PLAN}start/", {"started_on": day})

    assert page.status_code == 422
    assert words in text_of(page)
    assert not Plan.objects.exists()


def test_plan_start_twice_is_one_plan(plan, at_work):
    page = at_work.post(f"{PLAN}start/", {"started_on": "2026-03-02"})

    assert page.status_code == 422
    assert "has its set-up plan already" in text_of(page)
    assert at_work.get(f"{PLAN}start/").url == PLAN


def test_plan_start_without_a_template_says_so(site, at_work):
    PlanTemplate.objects.update(state="RETIRED")

    page = at_work.post(f"{PLAN}start/", {"started_on": "2026-03-02"})

    assert page.status_code == 422
    assert "publish one first" in text_of(page)


def test_opening_change_shows_what_moves_before_it_is_saved(plan, at_work):
    form = {
        "version": 1,
        "row_id": uuid4(),
        "new_on": SOON.isoformat(),
        "reason": "FIRST_PLANNED",
        "roll": "on",
    }

    page = at_work.post(f"{PLAN}opening/change/", {**form, "preview": "1"})

    assert page.status_code == 200
    rows = {row.cells[0].split()[0]: row.cells for row in page.context["preview"].table.rows}
    assert rows["E6"][2].text == page.context["preview"].table.rows[-5].cells[2].text
    assert not OpeningChange.objects.exists()

    saved = at_work.post(f"{PLAN}opening/change/", form)
    assert saved.url == PLAN
    assert Activity.objects.get(code="E6").forecast_on == SOON


def test_opening_change_sent_twice_is_one_change(plan, at_work):
    form = {
        "version": 1,
        "row_id": uuid4(),
        "new_on": SOON.isoformat(),
        "reason": "FIRST_PLANNED",
    }

    codes = [at_work.post(f"{PLAN}opening/change/", form).status_code for _ in range(2)]

    assert codes == [302, 302]
    assert OpeningChange.objects.count() == 1


def test_opening_change_keeps_what_was_typed_when_it_is_refused(plan, at_work, now, lead):
    plans.change_opening(
        plan=plan, version=1, new_on=SOON, reason="FIRST_PLANNED", now=now, by=lead
    )

    page = at_work.post(
        f"{PLAN}opening/change/",
        {
            "version": 2,
            "row_id": uuid4(),
            "new_on": SOON.isoformat(),
            "reason": "OTHER",
            "note": "Because the board met.",
        },
    )

    assert page.status_code == 422
    assert "This is the planned day already." in text_of(page)
    assert "Because the board met." in text_of(page)


def test_opening_change_shows_both_when_two_people_edit(plan, at_work, now, lead):
    plans.change_opening(
        plan=plan, version=1, new_on=SOON, reason="FIRST_PLANNED", now=now, by=lead
    )

    page = at_work.post(
        f"{PLAN}opening/change/",
        {"version": 1, "row_id": uuid4(), "new_on": "2099-01-01", "reason": "FUNDING"},
    )

    assert page.status_code == 409
    assert "Somebody else saved a change" in text_of(page)


FAR = ["9999-12-31", "0001-01-01"]


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("also", [{}, {"roll": "on"}, {"preview": "1", "roll": "on"}])
def test_opening_change_refuses_a_year_with_a_slip(far, also, plan, at_work):
    typed = {"version": 1, "row_id": uuid4(), "new_on": far, "reason": "FIRST_PLANNED", **also}

    page = at_work.post(f"{PLAN}opening/change/", typed)

    assert page.status_code == 422
    assert page.context["form"].errors["new_on"] == ["This day is too far off. Look at the year."]
    assert not OpeningChange.objects.exists()


@pytest.mark.parametrize("far", FAR)
def test_plan_start_refuses_a_year_with_a_slip(far, site, at_work):
    page = at_work.post(f"{PLAN}start/", {"started_on": far})

    assert page.status_code == 422
    assert page.context["form"].errors["started_on"]
    assert not Plan.objects.exists()


def test_days_from_before_the_rule_break_no_page_of_the_plan(plan, at_work):
    """They were let in once: the pages are drawn, so that somebody can put them right."""
    Activity.objects.filter(plan=plan).update(forecast_on="9999-12-31", is_fixed=True)
    Activity.objects.filter(plan=plan, code="A1").update(forecast_on="0001-01-01")
    Activity.objects.filter(plan=plan, code="A2").update(completed_on="0001-01-01")
    Plan.objects.filter(pk=plan.pk).update(planned_opening_on="9999-12-31")
    pages = ["", "roll/?roll=BACK", "roll/?roll=FORWARD", "opening/", "opening/change/", "days/"]
    others = ["timeline/", "forecast/", "funding/", "xray/", "gates/", "needs/", "change/", ""]

    found = {
        page: at_work.get(page).status_code
        for page in [*(PLAN + page for page in pages), *("/sites/demo-vale/" + o for o in others)]
    }

    assert {page: code for page, code in found.items() if code != 200} == {}
    mended = at_work.post(
        f"{PLAN}opening/change/",
        {"version": 1, "row_id": uuid4(), "new_on": SOON.isoformat(), "reason": "FUNDING"},
    )
    assert mended.status_code == 302


def test_opening_history_is_for_all_who_see_the_plan(plan, commissioner, sign_in, now, lead):
    plans.change_opening(
        plan=plan, version=1, new_on=SOON, reason="FIRST_PLANNED", now=now, by=lead
    )

    page = sign_in(commissioner).get(f"{PLAN}opening/")

    assert "First planned" in text_of(page)
    assert "opening/change/" not in text_of(page)


def test_plan_roll_shows_first_and_uses_then(plan, at_work):
    page = at_work.get(f"{PLAN}roll/?roll=FORWARD")

    assert len(page.context["preview"].table.rows) == 32
    at_work.post(f"{PLAN}roll/", {"version": 1, "roll": "FORWARD"})
    assert Activity.objects.get(code="A1").forecast_on == timezone.localdate()


def test_plan_roll_back_asks_for_an_opening_first(plan, at_work):
    page = at_work.get(f"{PLAN}roll/?roll=BACK")

    assert page.context["preview"] is None
    assert "No opening day is planned" in text_of(page)
    refused = at_work.post(f"{PLAN}roll/", {"version": 1, "roll": "BACK"})
    assert refused.status_code == 422


def test_plan_guide_is_named(plan, at_work, lead):
    at_work.post(f"{PLAN}guide/", {"version": 1, "guided_by": lead.pk})

    assert Plan.objects.get().guided_by == lead
    assert lead.full_name in text_of(at_work.get(PLAN))


def test_plan_move_is_one_move_however_often_it_is_sent(plan, at_work):
    form = {"version": 1, "row_id": uuid4(), "to_stage": "B", "happened_on": "2026-03-20"}

    pages = [at_work.post(f"{PLAN}move/", form) for _ in range(2)]

    assert [page.status_code for page in pages] == [302, 302]
    assert StageTransition.objects.filter(kind="MOVE").count() == 1
    assert Plan.objects.get().stage == "B"
    assert "Moved to B Needs assessment" in text_of(at_work.get(PLAN))


def test_plan_hold_resume_and_withdraw(plan, at_work):
    def send(page, version, **values):
        form = {"version": version, "row_id": uuid4(), "happened_on": "2026-03-20", **values}
        return at_work.post(f"{PLAN}{page}/", form)

    assert send("hold", 1).status_code == 422
    assert send("hold", 1, reason="FUNDING", note="Waits for a grant").status_code == 302
    held = text_of(at_work.get(PLAN))
    assert "plan/resume/" in held
    assert "Waits for a grant" in held
    assert "What is next" not in held
    assert send("resume", 2).status_code == 302
    assert send("withdraw", 3, reason="NEED").status_code == 302
    assert "plan/withdraw/" not in text_of(at_work.get(PLAN))
    assert "cannot be done" in text_of(send("hold", 4, reason="NEED"))


@pytest.mark.parametrize("page", ["move", "hold", "opening", "opening/change", "roll", "guide"])
def test_plan_pages_of_a_site_without_a_plan_are_not_there(page, site, at_work):
    assert at_work.get(f"{PLAN}{page}/").status_code == 404


def test_plan_detail_of_another_site_is_not_there(plan, sign_in):
    stranger = person(Role.PROVIDER_MANAGER, site=SiteFactory())

    assert sign_in(stranger).get(PLAN).status_code == 404


def test_site_detail_leads_to_the_plan(plan, at_work):
    assert PLAN in text_of(at_work.get("/sites/demo-vale/"))

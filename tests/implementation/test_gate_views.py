"""Pages of gates: the board, what stands in the way, and the decision in two steps."""

from datetime import date

import pytest

from implementation.models import GateDecision
from mst_sites.accounts.permissions import Role
from tests.factories import SiteFactory, person
from tests.implementation.gate_story import bring, decide, meet, tell

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 1)


def url(gate="", page=""):
    return "/sites/demo-vale/gates/" + "".join(f"{part}/" for part in (gate, page) if part)


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


def typed(client, gate="go", **values):
    """Return what a browser sends of the form of a decision."""
    form = client.get(url(gate, "decide")).context["form"]
    given = {name: form[name].value() for name in form.fields}
    words = {"outcome": "PASSED", "decided_on": "2026-04-01", "decided_by": "Programme board"}
    return {k: v for k, v in {**given, **words, **values}.items() if v is not None}


def test_gate_list_without_a_plan_says_what_comes_first(lead, sign_in):
    SiteFactory(slug="demo-vale")

    assert "No set-up plan yet" in sign_in(lead).get(url()).content.decode()


def test_gate_list_shows_what_stands_in_the_way_first(plan, commissioner, sign_in):
    page = sign_in(commissioner).get(url()).content.decode()

    assert "Need is sufficient for a team" in page
    assert "0 of 9 met" in page
    assert "Recruitment waits for none of them" in page


def test_gate_list_shows_decisions(plan, lead, sign_in):
    meet(plan, "GO", DAY, by=lead)
    decide(plan, "GO", DAY, by=lead)
    decide(plan, "GOALS", date(2026, 5, 1), by=lead, override_reason="No meeting until autumn")

    page = sign_in(lead).get(url()).content.decode()

    assert "1 April 2026, by Programme board" in page
    assert "Passed by exception" in page


def test_gate_pages_ask_the_same_number_of_queries_whatever_there_is(plan, lead, sign_in, queries):
    client = sign_in(lead)
    client.get(url())

    with queries(13):
        client.get(url())
    with queries(14):
        client.get(url("opening"))

    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    with queries(13):
        client.get(url())
    with queries(14):
        client.get(url("opening"))


@pytest.mark.parametrize("gate", ["nothing", "GO-GO"])
def test_a_gate_that_there_is_not_is_not_found(gate, plan, lead, sign_in):
    assert sign_in(lead).get(url(gate)).status_code == 404


def test_gate_detail_links_each_condition_to_its_remedy(plan, lead, sign_in):
    client = sign_in(lead)
    tasks = client.get(url("opening")).context["open_tasks"]

    links = {task.url for task in tasks if task.url}
    assert "/sites/demo-vale/facts/supervisor-in-post/" in links
    assert "/sites/demo-vale/gates/readiness/" in links
    for link in links:
        assert client.get(link).status_code == 200


def test_gate_detail_links_nobody_to_what_they_may_not_open(plan, commissioner, sign_in):
    client = sign_in(commissioner)

    for gate in ("go", "goals", "readiness", "opening"):
        for task in client.get(url(gate)).context["open_tasks"]:
            assert not task.url or client.get(task.url).status_code == 200, task.label


def test_gate_detail_says_when_nothing_is_open(plan, lead, sign_in):
    meet(plan, "GO", DAY, by=lead)

    page = sign_in(lead).get(url("go")).content.decode()

    assert "Everything that this gate asks for is met." in page
    assert "Ready to decide" in page


def test_gate_detail_tells_of_an_exception_until_it_is_closed(plan, lead, sign_in):
    decide(plan, "GO", DAY, by=lead, override_reason="The board meets once a year")
    client = sign_in(lead)

    assert "something of it is still open" in client.get(url("go")).content.decode()
    meet(plan, "GO", DAY, by=lead)
    page = client.get(url("go")).content.decode()
    assert "something of it is still open" not in page
    assert "The board meets once a year" in page


def test_gate_detail_keeps_every_decision(plan, lead, commissioner, sign_in):
    decide(plan, "GO", DAY, by=lead, outcome="REFUSED", note="Too few families so far.")
    decide(plan, "GO", date(2026, 5, 1), by=lead, override_reason="New figures", note="Enough.")

    page = sign_in(commissioner).get(url("go")).content.decode()

    assert "Too few families so far." in page
    assert "Enough." in page
    assert "Record a later decision" not in page


def test_gate_decide_asks_twice(plan, lead, sign_in):
    meet(plan, "GO", DAY, by=lead)
    client = sign_in(lead)
    sent = typed(client)

    check = client.post(url("go", "decide"), sent)

    assert check.status_code == 200
    page = check.content.decode()
    assert "The site moves on to stage C, Critical issues and design." in page
    assert not GateDecision.objects.exists()

    answer = client.post(url("go", "decide"), {**sent, "confirmed": "1"})
    assert answer.url == url("go")
    assert GateDecision.objects.get().recorded_by == lead
    plan.refresh_from_db()
    assert plan.stage == "C"


def test_gate_decide_lets_one_change_what_was_typed(plan, lead, sign_in):
    client = sign_in(lead)

    page = client.post(url("go", "decide"), {**typed(client), "change": "1"})

    assert page.status_code == 200
    assert 'value="Programme board"' in page.content.decode()


def test_gate_decide_sent_twice_is_one_decision(plan, lead, sign_in):
    client = sign_in(lead)
    sent = {**typed(client, outcome="REFUSED"), "confirmed": "1"}

    for _twice in range(2):
        assert client.post(url("go", "decide"), sent).status_code == 302
    assert GateDecision.objects.count() == 1


def test_gate_decide_says_what_is_open(plan, staff, sign_in):
    client = sign_in(staff)

    answer = client.post(url("go", "decide"), typed(client))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "On 1 April 2026 9 mandatory things were open: Need is sufficient for a team" in page
    assert "An MST UK lead can make an exception" in page
    assert "Programme board" in page
    assert not GateDecision.objects.exists()


def test_gate_decide_offers_the_exception_to_the_lead_alone(plan, lead, staff, sign_in):
    assert "override_reason" in sign_in(lead).get(url("go", "decide")).context["form"].fields
    assert "override_reason" not in sign_in(staff).get(url("go", "decide")).context["form"].fields
    meet(plan, "GO", DAY, by=lead)
    assert "override_reason" not in sign_in(lead).get(url("go", "decide")).context["form"].fields


def test_gate_decide_slips_no_exception_past_the_form(plan, staff, sign_in):
    client = sign_in(staff)
    sent = typed(client, override_reason="Because", confirmed="1")

    assert client.post(url("go", "decide"), sent).status_code == 422
    assert not GateDecision.objects.exists()


def test_gate_decide_tells_the_consequences_of_an_exception(plan, lead, sign_in):
    client = sign_in(lead)
    sent = typed(client, override_reason="The board meets once a year")

    page = client.post(url("go", "decide"), sent).content.decode()
    client.post(url("go", "decide"), {**sent, "confirmed": "1"})

    assert "This is an exception" in page
    assert "On 1 April 2026 9 mandatory things were open" in page
    assert GateDecision.objects.get().override_reason == "The board meets once a year"


def test_gate_decide_tells_whoever_comes_second(plan, lead, staff, sign_in):
    client = sign_in(staff)
    sent = {**typed(client, outcome="REFUSED"), "confirmed": "1"}
    decide(plan, "GO", DAY, by=lead, outcome="REFUSED")

    answer = client.post(url("go", "decide"), sent)

    assert answer.status_code == 409
    assert "while you were typing" in answer.content.decode()
    assert GateDecision.objects.count() == 1


def test_gate_decide_keeps_what_was_typed_when_the_text_is_refused(plan, lead, sign_in):
    client = sign_in(lead)
    sent = typed(client, outcome="REFUSED", note="Call 07700 900123.", confirmed="1")

    answer = client.post(url("go", "decide"), sent)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "looks like" in page
    assert "Call 07700 900123." in page


def test_gate_decide_offers_conditions_at_the_review_alone(plan, lead, sign_in):
    client = sign_in(lead)

    for gate, count in (("go", 2), ("goals", 2), ("readiness", 3), ("opening", 2)):
        form = client.get(url(gate, "decide")).context["form"]
        assert len(form.fields["outcome"].choices) == count
        assert ("opened_on" in form.fields) == (gate == "opening")


def test_gate_decide_opens_the_site(plan, lead, sign_in):
    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    client = sign_in(lead)
    sent = typed(client, "opening", decided_on=str(day), opened_on=str(day))

    page = client.post(url("opening", "decide"), sent).content.decode()
    client.post(url("opening", "decide"), {**sent, "confirmed": "1"})

    assert "The site goes live, and its team that is not open yet opens with it." in page
    plan.site.refresh_from_db()
    assert (plan.site.phase, plan.site.opened_on) == ("LIVE", day)


def test_conditions_closed_before_the_review_are_of_another_one(plan, lead, sign_in):
    tell(plan.site, "CONDITIONS_CLOSED", date(2026, 4, 1), by=lead)
    tell(plan.site, "REVIEW_OUTCOME", date(2026, 4, 8), by=lead, value="CONDITIONS")
    client = sign_in(lead)

    assert "of an earlier review" in client.get(url("opening")).content.decode()
    tell(plan.site, "CONDITIONS_CLOSED", date(2026, 4, 20), by=lead)
    assert "of an earlier review" not in client.get(url("opening")).content.decode()

"""The pages of organisational change: answered apart, compared when the round is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from implementation.models import ChangeAnswer, ChangeRound
from mst_sites.accounts.permissions import Role
from mst_sites.records.models import Action
from tests.factories import ChangeAnswerFactory, ChangeRoundFactory, SiteFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


@pytest.fixture
def running(site):
    return ChangeRoundFactory(site=site)


@pytest.fixture
def over(site):
    """Return a round that is over, in which provider and commissioner differ on everything."""
    day = timezone.localdate() - timedelta(days=40)
    within = ChangeRoundFactory(site=site, opened_on=day, closed_at=timezone.now())
    for side, score in (("PROVIDER", 5), ("COMMISSIONER", 2)):
        scores = {str(place): score for place in range(1, 16)}
        ChangeAnswerFactory(round=within, side=side, scores=scores)
    return within


def url(site, page=""):
    return f"/sites/{site.slug}/organisational-change/" + (f"{page}/" if page else "")


def answers(score):
    return {f"statement_{place}": score for place in range(1, 16)}


def test_change_detail_says_what_to_do_first(site, manager, sign_in):
    assert "Open a round" in sign_in(manager).get(url(site)).text
    commissioner = sign_in(person(Role.COMMISSIONER, site=site)).get(url(site)).text
    assert "Nobody has been asked yet" in commissioner
    assert "Open a round" not in commissioner


def test_change_detail_compares_the_sides_and_offers_actions(site, over, manager, sign_in):
    page = sign_in(manager).get(url(site))

    assert "Furthest apart on" in page.text
    assert page.text.count("They differ") == 5
    assert "organisational-change/actions/new/?subject=COSTS" in page.text


def test_change_detail_offers_no_action_to_who_may_raise_none(site, over, sign_in):
    page = sign_in(person(Role.COMMISSIONER, site=site)).get(url(site))

    assert "They differ" in page.text
    assert "actions/new" not in page.text


def test_change_detail_shows_nothing_of_an_open_round_but_how_many(site, running, manager, sign_in):
    ChangeAnswerFactory(round=running, side="COMMISSIONER")

    page = sign_in(manager).get(url(site))

    assert [tile.figure for tile in page.context["answered"]] == ["0", "1", "0"]
    assert page.context["latest"] is None
    assert "Answer" in page.text


def test_change_detail_over_time_needs_two_rounds(site, over, manager, sign_in):
    client = sign_in(manager)
    assert client.get(url(site)).context["history"] is None
    ChangeRoundFactory(site=site, opened_on=over.opened_on, closed_at=timezone.now())

    assert "Over time" in client.get(url(site)).text


@pytest.mark.parametrize("number", [1, 3])
def test_change_detail_asks_the_same_number_of_queries(number, site, manager, sign_in, queries):
    for month in range(number):
        day = timezone.localdate() - timedelta(days=30 * (month + 1))
        within = ChangeRoundFactory(site=site, opened_on=day, closed_at=timezone.now())
        ChangeAnswerFactory.create_batch(number, round=within)
    client = sign_in(manager)
    client.get(url(site))

    with queries(9):
        client.get(url(site))


def test_change_round_create_opens_it_once(site, manager, sign_in):
    client, page = sign_in(manager), url(site, "rounds/new")
    initial = client.get(page).context["form"].initial

    for _ in range(2):
        client.post(page, {"row_id": initial["row_id"], "closes_on": initial["closes_on"]})

    assert ChangeRound.objects.count() == 1
    again = client.get(page).context["form"].initial
    refused = client.post(page, {**again})
    assert (refused.status_code, "open already" in refused.text) == (422, True)


def test_change_round_close_shows_the_comparison(site, running, manager, sign_in):
    ChangeAnswerFactory(round=running)

    client, address = sign_in(manager), url(site, f"rounds/{running.pk}/close")
    page = client.post(address, follow=True)
    assert "The round is closed" in page.text
    assert "nothing can be compared" in page.text
    assert "closed already" in client.post(address, follow=True).text


def test_change_answer_says_who_will_see_it_before_it_is_given(site, running, manager, sign_in):
    page = sign_in(manager).get(url(site, "answer"))

    assert "You answer for: Provider" in page.text
    assert "if you are the only one of your side who answers, that mean is your answer" in page.text


def test_change_answer_is_kept_and_changed(site, running, manager, sign_in):
    client, page = sign_in(manager), url(site, "answer")

    client.post(page, {**answers(4), "statement_2": 0})
    own = ChangeAnswer.objects.get()
    assert own.scores == {str(place): 4 for place in range(1, 16) if place != 2}
    shown = client.get(page).context["form"].initial
    assert (shown["statement_1"], shown["statement_2"]) == (4, 0)

    client.post(page, answers(1))
    assert set(ChangeAnswer.objects.get().scores.values()) == {1}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose an answer"),
        (answers(9), "Select a valid choice"),
        (answers(0), "Answer at least one of the statements."),
    ],
)
def test_change_answer_refuses(typed, words, site, running, manager, sign_in):
    page = sign_in(manager).post(url(site, "answer"), typed)

    assert (page.status_code, words in page.text) == (422, True)
    assert not ChangeAnswer.objects.exists()


def test_change_answer_is_shown_to_nobody_else(site, running, sign_in):
    ChangeAnswerFactory(round=running)

    page = sign_in(person(Role.COMMISSIONER, site=site)).get(url(site, "answer"))

    assert page.context["form"].initial == {}


def test_change_answer_is_not_there_without_an_open_round(site, over, manager, sign_in):
    assert sign_in(manager).get(url(site, "answer")).status_code == 404


def test_change_action_create_turns_a_gap_into_an_action(site, over, manager, sign_in):
    client, page = sign_in(manager), url(site, "actions/new") + "?subject=COSTS"
    initial = client.get(page).context["form"].initial
    assert initial["text"] == "Bring Provider and Commissioner to one view of “Cost implications”."

    for _ in range(2):
        client.post(page, {**initial, "owner": manager.pk, "due_on": ""})

    assert Action.objects.get().subject_id == str(over.pk)
    assert "Actions that came of it" in client.get(url(site)).text

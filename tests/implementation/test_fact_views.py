"""Pages of facts: what stands, what is missing, and the forms that tell and take back."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import escape

from implementation.models import FactCode, SiteFact
from implementation.operations import facts
from mst_sites.accounts.permissions import Role
from mst_sites.periods import short_day
from mst_sites.records.models import Attachment
from tests.factories import person

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 4)


def url(code="", page=""):
    return "/sites/demo-vale/facts/" + "".join(f"{part}/" for part in (code, page) if part)


@pytest.fixture
def rota(site, lead, now):
    return facts.record_fact(site=site, code="ROTA_PUBLISHED", holds_on=DAY, now=now, by=lead)


def filled(client, address, **typed):
    """Return what a browser sends of the form at an address."""
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**given, **typed}.items() if value is not None}


def test_fact_list_says_what_to_do_first(site, manager, sign_in):
    page = sign_in(manager).get(url()).content.decode()

    assert "No fact is recorded yet" in page
    for code in FactCode:
        assert str(escape(code.label)) in page


def test_fact_list_shows_what_stands_and_what_stood(site, rota, manager, lead, now, sign_in):
    facts.record_fact(site=site, code="ROTA_PUBLISHED", holds_on=date(2026, 5, 9), now=now, by=lead)

    page = sign_in(manager).get(url()).content.decode()

    assert short_day(date(2026, 5, 9)) in page
    assert short_day(date(2026, 5, 4)) in page
    assert "Recorded anew" in page


def test_fact_list_asks_the_same_number_of_queries_whatever_there_is(
    site, lead, now, sign_in, queries
):
    client = sign_in(lead)
    client.get(url())
    for code in FactCode:
        value = "READY" if code == "REVIEW_OUTCOME" else ""
        for _again in range(2):
            facts.record_fact(site=site, code=code, holds_on=DAY, value=value, now=now, by=lead)

    with queries(9):
        client.get(url())


def test_fact_record_keeps_the_fact_with_its_evidence(site, manager, sign_in):
    client = sign_in(manager)
    sent = filled(client, url("rota-published", "record"), holds_on="2026-05-04")
    sent["upload"] = SimpleUploadedFile("rota.txt", b"Monday to Sunday")

    answer = client.post(url("rota-published", "record"), sent)

    assert answer.url == url("rota-published")
    fact = SiteFact.objects.get()
    assert (fact.code, fact.holds_on, fact.recorded_by) == ("ROTA_PUBLISHED", DAY, manager)
    file = Attachment.objects.get(subject_id=str(fact.pk))
    page = client.get(answer.url).content.decode()
    assert "rota.txt" in page
    assert client.get(f"/sites/demo-vale/files/{file.pk}/").status_code == 200


def test_fact_record_sent_twice_is_one_row(site, manager, sign_in):
    client = sign_in(manager)
    sent = filled(client, url("rota-published", "record"), holds_on="2026-05-04")

    for _twice in range(2):
        assert client.post(url("rota-published", "record"), sent).status_code == 302
    assert SiteFact.objects.count() == 1


def test_fact_record_tells_what_somebody_else_recorded(site, manager, lead, now, sign_in):
    client = sign_in(manager)
    sent = filled(client, url("rota-published", "record"), holds_on="2026-05-04", note="Mine")
    theirs = facts.record_fact(
        site=site, code="ROTA_PUBLISHED", holds_on=DAY, note="Theirs", now=now, by=lead
    )

    answer = client.post(url("rota-published", "record"), sent)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert "Mine" in page
    sent["version"] = str(theirs.pk)
    assert client.post(url("rota-published", "record"), sent).status_code == 302
    assert SiteFact.objects.standing().get().note == "Mine"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"holds_on": ""}, "“Since” is still empty"),
        ({"holds_on": "2026-02-30"}, "Enter a valid date"),
        ({"holds_on": "2099-02-20"}, "This day is still to come"),
        ({"holds_on": "2026-05-04", "note": "Call 07700 900123."}, "looks like"),
    ],
)
def test_fact_record_says_what_is_wrong_and_loses_nothing(typed, words, site, manager, sign_in):
    client = sign_in(manager)
    sent = {"note": "The rota of May.", **typed}

    answer = client.post(
        url("rota-published", "record"), filled(client, url("rota-published", "record"), **sent)
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert sent["note"] in page
    assert not SiteFact.objects.exists()


def test_fact_record_of_a_review_asks_for_its_outcome(site, lead, sign_in):
    client = sign_in(lead)
    address = url("review-outcome", "record")

    without = client.post(address, filled(client, address, holds_on="2026-05-04"))
    client.post(address, filled(client, address, holds_on="2026-05-04", value="CONDITIONS"))

    assert without.status_code == 422
    assert SiteFact.objects.get().value == "CONDITIONS"


@pytest.mark.parametrize("code", ["licence-signed", "review-outcome", "conditions-closed"])
def test_what_mst_uk_judges_no_provider_tells(code, site, manager, lead, sign_in):
    assert sign_in(manager).get(url(code, "record")).status_code == 403
    assert sign_in(lead).get(url(code, "record")).status_code == 200


def test_fact_detail_without_a_fact_says_who_tells_it(site, manager, sign_in):
    page = sign_in(manager).get(url("licence-signed")).content.decode()

    assert "MST UK records this." in page
    assert "Record the fact" not in page


def test_fact_detail_shows_commissioners_no_files(site, rota, commissioner, lead, now, sign_in):
    upload = SimpleUploadedFile("rota.txt", b"Monday to Sunday")
    facts.attach_evidence(fact=rota, evidence=facts.Evidence(upload), now=now, by=lead)

    page = sign_in(commissioner).get(url("rota-published")).content.decode()

    assert "4 May 2026" in page
    assert "rota.txt" not in page


@pytest.mark.parametrize("code", ["nothing", "ROTA"])
def test_a_fact_that_there_is_not_is_not_found(code, site, manager, sign_in):
    assert sign_in(manager).get(url(code)).status_code == 404


def test_fact_attach_keeps_a_further_file(site, rota, sign_in):
    supervisor = person(Role.PROVIDER_MANAGER, site=site)
    client = sign_in(supervisor)
    sent = filled(client, url("rota-published", "evidence"))

    for _twice in range(2):
        sent["upload"] = SimpleUploadedFile("rota.txt", b"Monday to Sunday")
        client.post(url("rota-published", "evidence"), sent)

    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "dated_on", "words"),
    [
        ("rota.exe", "", "file"),
        ("rota.txt", timezone.localdate().replace(year=2199, day=1).isoformat(), "still to come"),
    ],
)
def test_fact_attach_says_what_is_wrong(name, dated_on, words, site, rota, manager, sign_in):
    client = sign_in(manager)
    sent = filled(client, url("rota-published", "evidence"), dated_on=dated_on)
    sent["upload"] = SimpleUploadedFile(name, b"Monday to Sunday")

    answer = client.post(url("rota-published", "evidence"), sent)

    assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_fact_withdraw_takes_it_back(site, rota, manager, sign_in):
    client = sign_in(manager)
    address = url("rota-published", "withdraw")

    client.post(address, filled(client, address, reason="Two nights have nobody."))

    assert not SiteFact.objects.standing().exists()
    assert "Two nights have nobody." in client.get(url("rota-published")).content.decode()


def test_fact_withdraw_says_what_is_missing(site, rota, manager, sign_in):
    client = sign_in(manager)
    address = url("rota-published", "withdraw")

    assert client.post(address, filled(client, address)).status_code == 422
    assert client.get(url("licence-signed", "withdraw")).status_code == 403
    assert client.get(url("first-family", "withdraw")).status_code == 404
    assert SiteFact.objects.standing().exists()


def test_fact_withdraw_notices_that_another_stands(site, rota, manager, sign_in):
    client = sign_in(manager)
    address = url("rota-published", "withdraw")
    sent = filled(client, address, reason="Wrong", version=str(uuid4()))

    assert client.post(address, sent).status_code == 409
    assert SiteFact.objects.standing().exists()

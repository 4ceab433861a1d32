"""Each form of a set-up that takes a file: with a virus nothing is kept; one that waits is tagged, and counts."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from implementation.models import Activity, FundingSource, SiteFact
from implementation.operations import facts
from implementation.queries.xray import findings_of
from mst_sites.audit.models import AuditEntry
from mst_sites.periods import local_day
from mst_sites.records import tasks
from mst_sites.records.models import Attachment, Scan
from tests.clamav import EICAR, VIRUS
from tests.factories import FundingSourceFactory, SteeringGroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


@pytest.fixture
def client(lead, sign_in):
    return sign_in(lead)


@pytest.fixture
def forms(site, plan, now, lead):
    """Return the forms with a file, each with its address, the page that shows the file, and what else is typed."""
    said = {"site": site, "now": now, "by": lead, "holds_on": local_day(now)}
    facts.record_fact(code="LICENCE_SIGNED", **said)
    SteeringGroupFactory(site=site)
    source = FundingSourceFactory(site=site)
    activity = Activity.objects.get(plan=plan, code="A2")
    day = {"holds_on": "2026-05-04"}
    return {
        "fact-record": ("facts/rota-published/record/", "facts/rota-published/", day),
        "fact-attach": ("facts/licence-signed/evidence/", "facts/licence-signed/", {}),
        "activity": (
            f"plan/activities/{activity.pk}/evidence/",
            f"plan/activities/{activity.pk}/",
            {},
        ),
        "steering": ("steering-group/files/new/", "steering-group/", {}),
        "funding": (
            f"funding/sources/{source.pk}/confirm/",
            "funding/",
            {"confirmed_on": "2026-05-01"},
        ),
    }


NAMES = ["fact-record", "fact-attach", "activity", "steering", "funding"]


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def send(client, address, content, typed):
    url = f"/sites/demo-vale/{address}"
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    filled = {name: value for name, value in (shown | typed).items() if value is not None}
    return client.post(url, filled | {"upload": SimpleUploadedFile("letter.txt", content)})


@pytest.mark.parametrize("name", NAMES)
def test_file_with_a_virus_undoes_all_but_the_record_of_it(
    name, forms, client, lead, scanner, folder
):
    address, _shown, typed = forms[name]
    before = SiteFact.objects.count(), AuditEntry.objects.count()

    answer = send(client, address, EICAR, typed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["upload"]
    assert VIRUS in text_of(answer)
    assert (SiteFact.objects.count(), AuditEntry.objects.count() - 1) == before
    entry = AuditEntry.objects.get(action="attachment.refused")
    assert (entry.actor, entry.site.slug) == (lead, "demo-vale")
    assert not Attachment.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert FundingSource.objects.get().confirmed_on is None


@pytest.mark.parametrize("name", NAMES)
def test_file_that_waits_is_kept_and_tagged_until_it_is_found_clean_or_not(
    name, forms, client, settings, scanner
):
    address, shown, typed = forms[name]
    there, settings.CLAMAV_ADDRESS = settings.CLAMAV_ADDRESS, ("127.0.0.1", 1)

    answer = send(client, address, EICAR.replace(b"EICAR", b"OTHER"), typed)
    page = text_of(client.get(f"/sites/demo-vale/{shown}"))

    assert answer.status_code == 302
    assert "letter.txt Waiting for the virus check" in re.sub(r" \d+ bytes", "", page)
    assert "The virus check does not answer at the moment." in page
    settings.CLAMAV_ADDRESS = there
    assert tasks.scan_files() == 1
    assert "Waiting for the virus check" not in text_of(client.get(f"/sites/demo-vale/{shown}"))
    assert Attachment.objects.get().scan == Scan.CLEAN


def test_money_is_confirmed_by_a_file_that_waits(forms, client, scanner_away):
    address, _shown, typed = forms["funding"]

    send(client, address, b"Yes.", typed)

    assert str(FundingSource.objects.get().confirmed_on) == "2026-05-01"
    assert Attachment.objects.get().scan == Scan.WAITING


def test_fact_is_shown_by_a_file_that_waits_and_bare_again_with_a_virus(
    site, forms, client, now, scanner_away
):
    SiteFact.objects.exclude(code="LICENCE_SIGNED").delete()

    def is_bare():
        return "FACTS_BARE" in [f.code for f in findings_of(site, today=local_day(now))]

    assert is_bare()
    address, _shown, typed = forms["fact-attach"]
    send(client, address, b"Signed.", typed)
    assert not is_bare()
    Attachment.objects.update(scan=Scan.INFECTED, scan_due_at=None, file="", virus=VIRUS)
    assert is_bare()

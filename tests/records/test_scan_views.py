"""What people see of the virus check: a refusal at the field, a file that waits, and one that is gone."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records import tasks
from mst_sites.records.models import Attachment, Scan
from tests.clamav import EICAR, VIRUS, infected, waiting
from tests.factories import person

pytestmark = pytest.mark.django_db
TAGS = {"waiting": "Waiting for the virus check", "infected": "Virus found"}


@pytest.fixture
def client(team, sign_in):
    return sign_in(person(Role.SUPERVISOR, team=team))


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def upload(client, team, content, **options):
    url = reverse("attachment-create", args=[team.site.slug])
    page = client.get(url).content.decode()
    row_id = re.search(r'name="row_id" value="([^"]+)"', page)[1]
    file = SimpleUploadedFile("minutes.txt", content)
    return client.post(url, {"row_id": row_id, "upload": file, "dated_on": "2026-11-02"}, **options)


def download(client, file):
    return client.get(reverse("attachment-download", args=[file.site.slug, file.pk]))


def test_attachment_create_with_a_virus_says_so_at_the_field_and_keeps_the_rest(
    team, client, scanner, folder
):
    response = upload(client, team, EICAR)

    content = response.content.decode()
    assert response.status_code == 422
    assert f"A virus was found in this file: {VIRUS}. It was not kept." in content
    assert 'value="2026-11-02"' in content
    assert list(response.context["form"].errors) == ["upload"]
    assert not Attachment.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert AuditEntry.objects.get(action="attachment.refused").details["virus"] == VIRUS


def test_attachment_create_that_is_clean_says_no_more_than_ever(team, client, scanner):
    response = upload(client, team, b"We met.", follow=True)

    assert "The file is kept." in text_of(response)
    assert "virus" not in text_of(response).lower()
    assert scanner.files == [b"We met."]


def test_attachment_create_of_another_kind_is_refused_as_ever(team, client, scanner):
    response = upload(client, team, b"\0")

    assert response.status_code == 422
    assert "The file is not what its name says" in response.content.decode()
    assert scanner.files == []


def test_attachment_create_with_the_scanner_away_keeps_it_until_it_is_back(
    team, client, settings, scanner
):
    there, settings.CLAMAV_ADDRESS = settings.CLAMAV_ADDRESS, ("127.0.0.1", 1)
    listed = upload(client, team, b"We met.", follow=True)
    file = Attachment.objects.get()
    refused = download(client, file)
    settings.CLAMAV_ADDRESS = there
    tasks.scan_files()
    given = download(client, file)

    assert "The file is kept." in text_of(listed)
    assert "The virus check does not answer at the moment." in text_of(listed)
    assert TAGS["waiting"] in text_of(listed)
    assert (refused.status_code, given.status_code) == (409, 200)
    assert "This file waits for the virus check" in text_of(refused)
    assert given.content == b"We met."
    again = client.get(reverse("attachment-list", args=[team.site.slug]))
    assert TAGS["waiting"] not in text_of(again)


def test_attachment_download_of_one_with_a_virus_says_what_became_of_it(team, client):
    response = download(client, infected(team))

    assert response.status_code == 409
    assert f"“minutes.txt” held {VIRUS}, so it was deleted." in text_of(response)
    assert not AuditEntry.objects.filter(action="attachment.read").exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SUPERVISOR, 409), (Role.THERAPIST, 409), (Role.COMMISSIONER, 403)],
)
@pytest.mark.parametrize("make", [waiting, infected])
def test_withheld_file_says_why_to_those_alone_who_might_read_it(team, sign_in, role, status, make):
    place = {"site": team.site} if role == Role.COMMISSIONER else {"team": team}

    assert download(sign_in(person(role, **place)), make(team)).status_code == status


@pytest.mark.parametrize(
    ("make", "words"),
    [(waiting, "It is deleted after 90 days"), (infected, "Its content is deleted already")],
)
def test_withheld_file_can_be_removed(team, client, make, words):
    file = make(team)
    url = reverse("attachment-remove", args=[team.site.slug, file.pk])

    assert words in text_of(client.get(url))
    assert client.post(url).status_code == 302

    assert download(client, file).status_code == 404
    file.refresh_from_db()
    assert file.removed_at


def test_attachment_list_shows_each_state_and_asks_no_more(team, client, queries):
    waiting(team, name="a.txt")
    infected(team)
    waiting(team, name="c.txt", scan=Scan.CLEAN)

    with queries(7):
        response = client.get(reverse("attachment-list", args=[team.site.slug]))

    shown = re.findall("|".join(TAGS.values()), text_of(response))
    assert sorted(shown) == sorted(TAGS.values())

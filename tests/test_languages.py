"""A page, a mail and a document are in one language whole: English, while there are no texts in Welsh."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from mst_sites.accounts.permissions import Role
from mst_sites.directory import operations as directory
from mst_sites.languages import speaking
from mst_sites.periods import day_label
from tests.factories import SiteFactory, person

pytestmark = pytest.mark.django_db
SUNDAY = date(2026, 2, 1)


def test_every_language_that_is_offered_has_texts():
    (home,) = settings.LOCALE_PATHS
    codes = {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}

    assert {c for c in codes if not (home / c / "LC_MESSAGES" / "django.mo").exists()} == set()


def asking_for_welsh(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"
    return {"headers": {"accept-language": "cy, en;q=0.5"}}


def test_who_asks_for_welsh_gets_english_that_says_so(client):
    page = client.get(reverse("account_login"), **asking_for_welsh(client))

    assert page["Content-Language"] == "en-gb"
    assert '<html lang="en-gb"' in page.text
    assert "Cymraeg" not in page.text
    assert client.post(reverse("language-set"), {"language": "cy"}).status_code == 400


def test_dates_are_in_the_language_of_the_words(sign_in):
    site = SiteFactory(opened_on=SUNDAY, phase="LIVE", language="cy")
    lead = person(Role.MST_UK_LEAD)
    lead.language = "cy"
    lead.save()
    client = sign_in(lead)

    page = client.get(reverse("site-detail", args=[site.slug]), **asking_for_welsh(client))

    assert "Feb\N{NO-BREAK SPACE}2026" in page.text
    assert "Chwefror" not in page.text
    assert "Cymraeg" not in page.text


def test_whoever_chose_welsh_is_written_to_in_english_for_now():
    with speaking("cy"):
        assert translation.get_language() == "en-gb"
        assert day_label(SUNDAY) == "1 February 2026"


@pytest.mark.usefixtures("welsh")
def test_whoever_chose_welsh_is_written_to_in_welsh_when_there_are_texts(client):
    with speaking("cy"):
        assert translation.get_language() == "cy"
        assert day_label(SUNDAY) == "1 Chwefror 2026"
    assert 'value="cy"' in client.get(reverse("account_login")).text


def test_forms_ask_for_no_language_and_keep_what_was_chosen(sign_in):
    lead, site = person(Role.MST_UK_LEAD), SiteFactory(language="cy")
    lead.language = "cy"
    lead.save()
    client = sign_in(lead)

    account = client.get(reverse("account")).context["form"]
    client.post(reverse("account"), {"full_name": "New Name", "theme": "dark"})
    values = {"name": "New", "nation": "WALES", "model": "standard", "version": site.version}
    client.post(reverse("site-change", args=[site.slug]), values)

    lead.refresh_from_db()
    site.refresh_from_db()
    assert "language" not in account.fields
    assert (lead.full_name, lead.language) == ("New Name", "cy")
    assert (site.name, site.language) == ("New", "cy")


def test_mails_are_in_english_to_whoever_chose_welsh(mailoutbox, monkeypatch):
    said = []
    monkeypatch.setattr(
        "mst_sites.directory.operations.people.render_to_string",
        lambda *args: said.append(translation.get_language()) or "words",
    )
    user = person(Role.MST_UK_STAFF)
    user.language = "cy"
    user.set_unusable_password()
    user.save()

    directory.send_invitation(user=user, now=user.joined_at, by=None)

    assert said == ["en-gb"]
